using System.Globalization;
using DriveKD.Analysis.Proposal;
using DriveKD.Analysis.Study;
using DriveKD.Runs.Recipes;
using DriveKD.Runs.Reports;

namespace DriveKD.Analysis.Report;

/// <summary>What a pre-study found, in sentences: the first screen of its page.</summary>
internal static class PreStudyWords
{
    /// <summary>The layers of a proposal, such as "layer 3" or "layers 2 to 7".</summary>
    /// <param name="proposal">The proposal.</param>
    public static string Layers(SignalProposal proposal) => proposal.First == proposal.Last
        ? string.Create(CultureInfo.InvariantCulture, $"layer {proposal.First}")
        : string.Create(CultureInfo.InvariantCulture, $"layers {proposal.First} to {proposal.Last}");

    /// <summary>The part of the maps, in words.</summary>
    /// <param name="map">The part.</param>
    public static string Map(AttentionMapKind map) => RecipeNames.OfEnum(map).Replace('_', ' ');

    /// <summary>Which signal is stable here.</summary>
    /// <param name="report">What is told.</param>
    public static string Stability(PreStudyReport report)
    {
        (StudyKind Study, string Name)[] kinds =
        [
            (StudyKind.TextToVisionMapDispersion, "text-to-vision maps"),
            (StudyKind.FullMapDispersion, "full maps"),
            (Dispersion(report.Recipe.Representation), $"hidden states ({RecipeNames.OfEnum(report.Recipe.Representation).Replace('_', ' ')})"),
        ];
        (string Name, double Mean)[] found =
        [
            .. kinds.Select(kind => (kind.Name, Curve: report.Result.Find(report.Teacher.Name, kind.Study))).Where(kind => kind.Curve is not null)
                .Select(kind => (kind.Name, Mean: kind.Curve!.Points.Average(point => point.Mean))).OrderBy(kind => kind.Mean),
        ];
        return found.Length == 0
            ? "Too few samples to say which signal is stable."
            : string.Create(CultureInfo.InvariantCulture, $"Most stable across samples: {found[0].Name}. Dispersion on average over {report.Teacher.Name}'s layers: ")
                + $"{ReportNumbers.Enumerate([.. found.Select(kind => string.Create(CultureInfo.InvariantCulture, $"{kind.Name} {kind.Mean:0.000}"))])}.";
    }

    /// <summary>Whether layers tell the capabilities apart at all.</summary>
    /// <param name="report">What is told.</param>
    public static string? Doubt(PreStudyReport report)
    {
        LayerEvidence[] layers = [.. report.Proposals.SelectMany(proposal => proposal.Verdicts).Select(verdict => verdict.Evidence)];
        int told = layers.Count(layer => layer.IsSeparated);
        // One band in forty lies above 0 by chance.
        return report.Proposals.Count < 2 || told > Math.Ceiling(layers.Length / 20.0)
            ? null
            : string.Create(CultureInfo.InvariantCulture, $"Layers hardly tell the capabilities apart: in {told} of {layers.Length} places is the separation above 0 by more than chance. What is proposed here rests on little; random or untrained weights look like this, and so do too few samples.");
    }

    /// <summary>How to go on.</summary>
    /// <param name="report">What is told.</param>
    public static IReadOnlyList<string> Next(PreStudyReport report) => report.StudentLayers is null
        ?
        [
            $"./drivekd prestudy --resume {report.Folder} student=FOLDER --allow-changed",
        ]
        :
        [
            $"./drivekd distill {report.Folder}/proposal.yaml",
            $"./drivekd prestudy --resume {report.Folder} --explain",
        ];

    private static StudyKind Dispersion(StudiedRepresentation representation) => representation switch
    {
        StudiedRepresentation.Vision => StudyKind.VisionDispersion,
        StudiedRepresentation.Text => StudyKind.TextDispersion,
        _ => StudyKind.PromptDispersion,
    };
}
