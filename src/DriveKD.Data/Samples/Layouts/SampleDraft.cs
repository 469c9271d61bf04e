namespace DriveKD.Data.Samples.Layouts;

/// <summary>What a layout's reader takes from one record; null is what the record does not have or has wrongly.</summary>
internal sealed record SampleDraft
{
    public string? Question { get; init; }

    public string? Answer { get; init; }

    public string? QuestionType { get; init; }

    public Capability? Capability { get; init; }

    public IReadOnlyList<SampleImage>? Images { get; init; }

    public string? Scene { get; init; }

    public string? Frame { get; init; }

    public IReadOnlyList<int> Tags { get; init; } = [];

    public string? Prediction { get; init; }

    /// <summary>The paths of the record, its question and its answer, for messages.</summary>
    public required string QuestionPath { get; init; }

    public required string AnswerPath { get; init; }

    /// <summary>What the layout says of object coordinates.</summary>
    public CoordinateUnit? Unit { get; init; }

    /// <summary>What the layout says of objects' boxes.</summary>
    public IReadOnlyDictionary<(string Id, string Camera), ObjectBox>? Boxes { get; init; }
}
