namespace DriveKD.Data.Text.Training;

/// <summary>A record as the model is trained on it. All arrays have one item per position of the sequence.</summary>
public sealed record TrainingSequence
{
    /// <summary>The label of a position that is not in the loss.</summary>
    public const int NotSupervised = -100;

    /// <summary>Token ids; picture positions hold the id of the family's image token, their embeddings come from the picture.</summary>
    public required int[] TokenIds { get; init; }

    /// <summary>The token id where the position is in the loss, else <see cref="NotSupervised"/>. Not shifted: the model predicts label i at position i - 1.</summary>
    public required int[] Labels { get; init; }

    /// <summary>True where the position holds a picture's embedding. The tokens before and behind a picture count as text.</summary>
    public required bool[] ImageMask { get; init; }

    /// <summary>The blocks in order.</summary>
    public required IReadOnlyList<TrainingBlock> Blocks { get; init; }

    /// <summary>
    /// How many of the record's pictures have a place. Less than were given where the question has some placeholders but fewer than pictures:
    /// the rest is left out.
    /// </summary>
    public required int ImagesPlaced { get; init; }
}
