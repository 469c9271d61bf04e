using DriveKD.Data.Errors;
using DriveKD.Models.InternVL;

namespace DriveKD.Models.Checkpoints.Inspection;

/// <summary>Everything a checkpoint folder says of itself.</summary>
public sealed record CheckpointReport
{
    /// <summary>The folder.</summary>
    public required string Folder { get; init; }

    /// <summary>model_type of config.json: internvl_chat or internvl.</summary>
    public required string Family { get; init; }

    /// <summary>The released or built-in shape that it has, or null.</summary>
    public required string? Shape { get; init; }

    /// <summary>The naming of its tensors, or null where they follow none.</summary>
    public required InternVLNaming? Naming { get; init; }

    /// <summary>The shape, as config.json describes it.</summary>
    public required InternVLConfig Config { get; init; }

    /// <summary>Names of the weight files.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    /// <summary>Parameters per part; what the tensors hold, not what the config says.</summary>
    public required IReadOnlyList<PartReport> Parts { get; init; }

    /// <summary>Parameters in all.</summary>
    public required long Parameters { get; init; }

    /// <summary>Stored bytes of all tensors, unknown and dropped ones included.</summary>
    public required long Bytes { get; init; }

    /// <summary>Tensors and bytes per element type.</summary>
    public required IReadOnlyList<DTypeReport> DTypes { get; init; }

    /// <summary>Memory to run and to train.</summary>
    public required MemoryReport Memory { get; init; }

    /// <summary>Tokens of a picture that is one square tile: the method's default.</summary>
    public required long TokensPerPicture { get; init; }

    /// <summary>Tokens of a picture cut into the most tiles, with the thumbnail.</summary>
    public required long MaxTokensPerPicture { get; init; }

    /// <summary>Rows of the embedding.</summary>
    public required int VocabularyRows { get; init; }

    /// <summary>The tokenizer, or null where it could not be read.</summary>
    public required TokenizerReport? Tokenizer { get; init; }

    /// <summary>The head is the embedding.</summary>
    public required bool IsTied { get; init; }

    /// <summary>Where the chat template comes from, or null.</summary>
    public required string? ChatTemplate { get; init; }

    /// <summary>What is unusual but no obstacle.</summary>
    public required IReadOnlyList<Problem> Oddities { get; init; }

    /// <summary>What keeps the folder from being loaded as its config says.</summary>
    public required IReadOnlyList<Problem> Faults { get; init; }

    /// <summary>Every tensor, in the order of the files.</summary>
    public required IReadOnlyList<TensorEntry> Tensors { get; init; }
}
