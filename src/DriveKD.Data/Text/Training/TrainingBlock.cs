namespace DriveKD.Data.Text.Training;

/// <summary>A part of a training sequence: a text that is encoded on its own, or a picture.</summary>
public sealed record TrainingBlock
{
    /// <summary>The text, which may be empty; null for a picture.</summary>
    public required string? Text { get; init; }

    /// <summary>The picture's number in the record, from 0; null for a text.</summary>
    public required int? ImageIndex { get; init; }

    /// <summary>Whether every token of the block is in the cross-entropy.</summary>
    public required bool IsSupervised { get; init; }

    /// <summary>How many positions the block takes in the sequence.</summary>
    public required int TokenCount { get; init; }
}
