namespace DriveKD.Data.Samples;

/// <summary>One driving question with its pictures and, where it is known, its answer: what every record layout is read into.</summary>
public sealed record Sample
{
    /// <summary>What stands for a picture in a question.</summary>
    public const string ImagePlaceholder = "<image>";

    /// <summary>The pictures in the order in which the model sees them.</summary>
    public required IReadOnlyList<SampleImage> Images { get; init; }

    /// <summary>
    /// The question. It holds one <see cref="ImagePlaceholder"/> per picture, or none: then the pictures stand in front of it.
    /// </summary>
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

    /// <summary>The object tags in the question, in the order of the text, where they also stay.</summary>
    public IReadOnlyList<ObjectTag> QuestionObjects { get; init; } = [];

    /// <summary>The object tags in the answer, in the order of the text, where they also stay.</summary>
    public IReadOnlyList<ObjectTag> AnswerObjects { get; init; } = [];

    /// <summary>A model's answer that the record carries beside the reference (DriveBench's <c>pred</c>); null where there is none.</summary>
    public string? Prediction { get; init; }

    /// <summary>Where the sample stands in its file.</summary>
    public required SourcePosition Source { get; init; }
}
