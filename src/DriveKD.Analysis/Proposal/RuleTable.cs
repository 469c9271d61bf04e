using System.Globalization;

namespace DriveKD.Analysis.Proposal;

/// <summary>What the rules say of layers, as cells of a table.</summary>
public static class RuleTable
{
    private const string None = "-";

    /// <summary>The columns' headings.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["layer", "separation", "at least", "dispersion t2v", "dispersion full", "stable", "t2v mass", "rich", "gradient", "cosine", "sufficient", "proposed"];

    /// <summary>One layer's cells, as many as there are columns.</summary>
    /// <param name="verdict">The layer.</param>
    public static IReadOnlyList<string> Row(LayerVerdict verdict) =>
    [
        verdict.Evidence.Layer.ToString(CultureInfo.InvariantCulture),
        Number(verdict.Evidence.Separation, "0.0000"),
        Number(verdict.Evidence.SeparationLow, "0.0000"),
        Number(verdict.Evidence.TextToVisionDispersion, "0.0000"),
        Number(verdict.Evidence.FullDispersion, "0.0000"),
        Mark(verdict.IsStable),
        Number(verdict.Evidence.Mass, "0.000"),
        Mark(verdict.IsRich),
        Number(verdict.Evidence.Gradient, "0.0e+0"),
        Number(verdict.Evidence.Cosine, "+0.00;-0.00;0.00"),
        Mark(verdict.IsSufficient),
        verdict.IsChosen ? "yes" : "",
    ];

    private static string Number(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? None;

    private static string Mark(bool holds) => holds ? "yes" : "no";
}
