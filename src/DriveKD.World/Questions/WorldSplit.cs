namespace DriveKD.World.Questions;

/// <summary>A part of a data set, whose scenes are in no other part.</summary>
public sealed record WorldSplit
{
    /// <summary>What models learn from.</summary>
    public const string Train = "train";

    /// <summary>What settings are chosen by.</summary>
    public const string Validation = "validation";

    /// <summary>What is measured at the end.</summary>
    public const string Test = "test";

    /// <summary>One of the three.</summary>
    public required string Name { get; init; }

    /// <summary>The scenes' seeds, in the order in which they were drawn.</summary>
    public required IReadOnlyList<ulong> Scenes { get; init; }

    /// <summary>Seeds that were drawn, those without a scene included.</summary>
    public required int Drawn { get; init; }

    /// <summary>Balanced questions of the three capabilities, capability by capability.</summary>
    public required IReadOnlyList<WorldQuestion> Questions { get; init; }

    /// <summary>A caption for every scene that shows nobody by halves.</summary>
    public required IReadOnlyList<WorldQuestion> Captions { get; init; }

    /// <summary>Captions of single places of the same scenes.</summary>
    public required IReadOnlyList<WorldQuestion> Places { get; init; }

    /// <summary>General questions about pictures, and lessons without any.</summary>
    public required IReadOnlyList<WorldQuestion> General { get; init; }
}
