using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Evaluation.Verification.Metrics;

/// <summary>
/// Compares tokens, language metrics, readings of answers and whole score trees with a folder of those that the published code gives:
/// <c>ptb-tokens.json</c>, <c>language-metrics*.json</c>, <c>mcq-extraction.json</c>, <c>yesno.json</c>, <c>scoring.json</c>,
/// <c>judge-scores.json</c>, <c>judge-prompts.json</c>, of which any may be absent.
/// </summary>
public static class MetricGoldens
{
    // A new table is a new line here.
    private static readonly (string Pattern, Func<string, IEnumerable<GoldenCheck>> Run)[] _tables =
    [
        ("ptb-tokens.json", TokenGoldens.Run),
        ("language-metrics*.json", LanguageGoldens.Run),
        ("mcq-extraction.json", LetterGoldens.Run),
        ("yesno.json", YesNoGoldens.Run),
        ("scoring.json", ScoringGoldens.Run),
        (JudgeGoldens.Scores, JudgeGoldens.CompareScores),
        (JudgeGoldens.Prompts, JudgeGoldens.ComparePrompts),
    ];

    /// <summary>Whether a folder holds goldens of this form.</summary>
    /// <param name="folder">Any path.</param>
    public static bool AreIn(string folder) =>
        Directory.Exists(folder) && Array.Exists(_tables, table => Directory.EnumerateFiles(folder, table.Pattern).Any());

    /// <summary>Compares the folder. Rows come as they are ready.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">A table is broken.</exception>
    public static IEnumerable<GoldenCheck> Run(string folder) => _tables.SelectMany(table =>
        Directory.EnumerateFiles(folder, table.Pattern).Order(StringComparer.Ordinal).SelectMany(table.Run));
}
