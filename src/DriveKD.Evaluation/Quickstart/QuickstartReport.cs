using DriveKD.Evaluation.Compare;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Quickstart;

/// <summary>Everything that a quick start's page tells.</summary>
public sealed record QuickstartReport
{
    /// <summary>The arm without teachers: what the other is compared with.</summary>
    public const string Supervised = "supervised";

    /// <summary>The arm with three teachers.</summary>
    public const string Distilled = "distilled";

    /// <summary>The folder that everything was written to.</summary>
    public required string Folder { get; init; }

    /// <summary>What was run, with what and where, by name.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Facts { get; init; }

    /// <summary>The scene that is shown.</summary>
    public required QuickstartScene Scene { get; init; }

    /// <summary>Teacher and untrained student on each capability.</summary>
    public required IReadOnlyList<QuickstartScore> Scores { get; init; }

    /// <summary>The comparison of both students.</summary>
    public required CompareRecipe Recipe { get; init; }

    /// <summary>What came of it.</summary>
    public required CompareResults Results { get; init; }

    /// <summary>What the trainings recorded.</summary>
    public required IReadOnlyList<QuickstartCurve> Curves { get; init; }

    /// <summary>Where teacher and students look.</summary>
    public required IReadOnlyList<QuickstartAttention> Attention { get; init; }

    /// <summary>Some test questions with what every model made of them.</summary>
    public required IReadOnlyList<QuickstartAnswers> Answers { get; init; }

    /// <summary>The seconds of each phase, in order.</summary>
    public required IReadOnlyList<KeyValuePair<string, double>> Phases { get; init; }

    /// <summary>Commands to try next, each with what it does.</summary>
    public required IReadOnlyList<KeyValuePair<string, string>> Next { get; init; }

    /// <summary>The program that makes the page.</summary>
    public required string Program { get; init; }

    /// <summary>When the page is made.</summary>
    public required DateTimeOffset MadeAt { get; init; }
}
