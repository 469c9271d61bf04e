using System.Globalization;
using DriveKD.Runs.Reports;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>Sentences about maps.</summary>
internal static class AttentionWords
{
    /// <summary>A weight or a cosine.</summary>
    public static string Number(double value) =>
        value == 0 ? "0" : value.ToString(Math.Abs(value) >= 1e-3 ? "0.####" : "0.00e+0", CultureInfo.InvariantCulture);

    /// <summary>A mean squared distance: always small, so that all are spelled alike.</summary>
    public static string Squared(double value) => value == 0 ? "0" : value.ToString("0.00e+0", CultureInfo.InvariantCulture);

    /// <summary>What the maps are of.</summary>
    public static string Title(AttentionReport report) =>
        report.Student is null ? $"Where {report.Teacher.Name} looks" : $"Where {report.Teacher.Name} and {report.Student.Name} look";

    /// <summary>What a colour stands for.</summary>
    public static string Meaning(AttentionReport report) => $"Attention that picture tokens receive: mean over heads and over {report.Rows.Description}";

    /// <summary>Which layers they are.</summary>
    public static string Layers(AttentionReport report, LayerPair pair)
    {
        string own = string.Create(CultureInfo.InvariantCulture, $"Layer {pair.Teacher.Layer} of {report.Teacher.Layers}");
        return pair.Student is null ? own : string.Create(CultureInfo.InvariantCulture, $"{own} beside layer {pair.Student.Layer} of {report.Student!.Layers}");
    }

    /// <summary>What must be known at first sight.</summary>
    public static IReadOnlyList<string> Findings(AttentionReport report)
    {
        List<string> findings = [];
        if (report.Layers.Count > 1)
        {
            findings.AddRange(report.Models.Select((model, i) => Mass(model, [.. report.Layers.Select(pair => pair.Sides.ElementAt(i))])));
        }

        LayerPair[] compared = [.. report.Layers.Where(pair => pair.Distance is not null)];
        if (compared.Length > 1)
        {
            LayerPair near = compared.MinBy(pair => pair.Distance!.Cosine)!;
            LayerPair far = compared.MaxBy(pair => pair.Distance!.Cosine)!;
            findings.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"The maps are most alike in the teacher's layer {near.Teacher.Layer} (1 - cosine {Number(near.Distance!.Cosine)}) and least alike in layer {far.Teacher.Layer} ({Number(far.Distance!.Cosine)})."));
        }

        if (report.IsAnswerCutOff)
        {
            findings.Add(string.Create(CultureInfo.InvariantCulture, $"The answer was cut off after {report.Sequence.AnswerIds.Count} tokens."));
        }

        return findings;
    }

    private static string Mass(AttentionModel model, IReadOnlyList<LayerMaps> layers)
    {
        LayerMaps most = layers.MaxBy(layer => layer.Sum)!;
        LayerMaps least = layers.MinBy(layer => layer.Sum)!;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{model.Name} gives most of its attention to pictures in layer {most.Layer} ({ReportNumbers.Percent(most.Sum)}) and least in layer {least.Layer} ({ReportNumbers.Percent(least.Sum)}).");
    }
}
