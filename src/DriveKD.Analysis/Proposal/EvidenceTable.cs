using DriveKD.Analysis.Study;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Pulls;
using DriveKD.Runs.Recipes;

namespace DriveKD.Analysis.Proposal;

/// <summary>Gathers what the rules look at from a study's curves.</summary>
public static class EvidenceTable
{
    /// <summary>What was found of every layer of a model for one capability.</summary>
    /// <param name="result">The study.</param>
    /// <param name="model">The teacher's name in it.</param>
    /// <param name="layers">The teacher's decoder layers.</param>
    /// <param name="capability">The capability.</param>
    /// <param name="representation">By which samples are told apart.</param>
    /// <param name="pulls">What was measured of candidates with the capability's samples; empty where nothing was.</param>
    public static IReadOnlyList<LayerEvidence> Of(
        StudyResult result, string model, int layers, Capability capability, StudiedRepresentation representation, IReadOnlyList<SignalPull> pulls)
    {
        Dictionary<int, CurvePoint> separation = Points(ContrastOf(representation));
        Dictionary<int, double> textToVision = Values(StudyKind.TextToVisionMapDispersion);
        Dictionary<int, double> full = Values(StudyKind.FullMapDispersion);
        Dictionary<int, double> mass = Values(StudyKind.TextToVisionMass);
        AttentionMapKind map = mass.Count > 0 ? AttentionMapKind.TextToVision : AttentionMapKind.Full;
        return [.. Enumerable.Range(1, layers).Select(Layer)];

        LayerEvidence Layer(int layer)
        {
            SignalPull[] own = [.. pulls.Where(pull => pull.Candidate.Kind == SignalKind.Attention && pull.Candidate.TeacherLayer == layer && pull.Candidate.Map == map)];
            return new LayerEvidence
            {
                Layer = layer,
                TextToVisionDispersion = Find(textToVision, layer),
                FullDispersion = full.GetValueOrDefault(layer, 1),
                Mass = Find(mass, layer),
                Separation = separation.GetValueOrDefault(layer)?.Mean,
                SeparationLow = separation.GetValueOrDefault(layer)?.Low,
                Gradient = own.Length == 0 ? null : own.Average(pull => pull.Gradient),
                Cosine = own.Length == 0 ? null : own.Average(pull => pull.Cosine),
            };
        }

        Dictionary<int, double> Values(StudyKind study) => Points(study).ToDictionary(entry => entry.Key, entry => entry.Value.Mean);

        Dictionary<int, CurvePoint> Points(StudyKind study) => result.Find(model, study, capability)?.Points.ToDictionary(point => point.Index) ?? [];

        static double? Find(Dictionary<int, double> values, int layer) => values.TryGetValue(layer, out double value) ? value : null;
    }

    /// <summary>The study that tells a capability's samples from others by a representation.</summary>
    /// <param name="representation">The representation.</param>
    public static StudyKind ContrastOf(StudiedRepresentation representation) => representation switch
    {
        StudiedRepresentation.Vision => StudyKind.VisionContrast,
        StudiedRepresentation.Text => StudyKind.TextContrast,
        _ => StudyKind.PromptContrast,
    };
}
