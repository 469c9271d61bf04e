using System.Buffers;

namespace DriveKD.Runs.Metrics;

/// <summary>One line of <c>metrics.jsonl</c>.</summary>
/// <param name="Step">Optimizer steps done, counted from 1.</param>
/// <param name="Values">Numbers by name, for example <c>loss.ce</c>.</param>
public sealed record MetricsRow(long Step, IReadOnlyDictionary<string, double> Values)
{
    /// <summary>The key of the step.</summary>
    public const string StepName = "step";

    private static readonly SearchValues<char> _nameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.");

    /// <summary>Whether a metric may have this name.</summary>
    internal static bool IsName(string name) => name.Length > 0 && !name.AsSpan().ContainsAnyExcept(_nameLetters);

    /// <summary>How the file spells a number that JSON lacks.</summary>
    internal static string NameOf(double value) => double.IsNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";

    /// <summary>The number that JSON lacks behind a name.</summary>
    internal static double? OfName(string? name) => name switch
    {
        "NaN" => double.NaN,
        "Infinity" => double.PositiveInfinity,
        "-Infinity" => double.NegativeInfinity,
        _ => null,
    };
}
