namespace DriveKD.Data.Samples;

/// <summary>One driving question with its pictures and, where it is known, its answer: what every record layout is read into.</summary>
public sealed record Sample
{
    /// <summary>The pictures in the order in which the model sees them.</summary>
    public required IReadOnlyList<SampleImage> Images { get; init; }

    /// <summary>The question. It may hold <c>&lt;image&gt;</c> placeholders, as the record had them.</summary>
    public required string Question { get; init; }

    /// <summary>The reference answer; null in files that hold questions only.</summary>
    public required string? Answer { get; init; }

    /// <summary>What the question asks for.</summary>
    public required Capability Capability { get; init; }

    /// <summary>The question type as the record names it (perception, prediction, planning, behavior, ...).</summary>
    public required string QuestionType { get; init; }

    /// <summary>The scene token, where the layout has one.</summary>
    public string? Scene { get; init; }

    /// <summary>The key frame token, where the layout has one.</summary>
    public string? Frame { get; init; }

    /// <summary>The scorer's tags (DriveBench, DriveLM test form); empty where there are none.</summary>
    public IReadOnlyList<int> Tags { get; init; } = [];

    /// <summary>Where the sample stands in its file.</summary>
    public required SourcePosition Source { get; init; }
}
