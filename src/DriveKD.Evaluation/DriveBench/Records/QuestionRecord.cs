using DriveKD.Data.Samples;

namespace DriveKD.Evaluation.DriveBench.Records;

/// <summary>One question as a file of answers or of references holds it. Anything may be absent: what is missing is counted when it is scored.</summary>
public sealed record QuestionRecord
{
    /// <summary>Where it stands: its place in the file, or the id it is answered under.</summary>
    public required string Place { get; init; }

    /// <summary>The id of a DriveLM submission: <c>scene_frame_number</c>.</summary>
    public string? Id { get; init; }

    /// <summary>The scene's token.</summary>
    public string? Scene { get; init; }

    /// <summary>The key frame's token.</summary>
    public string? Frame { get; init; }

    /// <summary>The question type as it is written.</summary>
    public string? QuestionType { get; init; }

    /// <summary>The scorer's tags.</summary>
    public IReadOnlyList<int> Tags { get; init; } = [];

    /// <summary>The question.</summary>
    public string? Question { get; init; }

    /// <summary>The reference answer.</summary>
    public string? Reference { get; init; }

    /// <summary>The model's answer; null where there is none.</summary>
    public string? Prediction { get; init; }

    /// <summary>The pictures' paths by camera.</summary>
    public IReadOnlyList<SampleImage> Images { get; init; } = [];

    /// <summary>What in the record is no text, list or number where one belongs; null where all is well.</summary>
    public string? Fault { get; init; }
}
