using DriveKD.Data.Errors;
using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints.Inspection;

/// <summary>Everything a checkpoint folder says of itself.</summary>
public sealed record CheckpointReport
{
    /// <summary>The folder.</summary>
    public required string Folder { get; init; }

    /// <summary>model_type of config.json: internvl_chat, internvl, qwen2_5_vl.</summary>
    public required string Family { get; init; }

    /// <summary>The released or built-in shape that it has, or null.</summary>
    public required string? Shape { get; init; }

    /// <summary>The naming of its tensors in words, or null where they follow none.</summary>
    public required string? Naming { get; init; }

    /// <summary>The shape, as config.json describes it.</summary>
    public required ModelConfig Config { get; init; }

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

    /// <summary>Tokens of a picture by default: one square, or where that depends on its size one of 1600 x 900 pixels.</summary>
    public required long TokensPerPicture { get; init; }

    /// <summary>The most tokens of a picture: cut into the most tiles, with the thumbnail, or as large as it may be.</summary>
    public required long MaxTokensPerPicture { get; init; }

    /// <summary>What a picture is by default.</summary>
    public required string UsualPicture { get; init; }

    /// <summary>What a picture of the most tokens is.</summary>
    public required string LargestPicture { get; init; }

    /// <summary>The vision tower's norm, biases and patches, in a few words.</summary>
    public required string Tower { get; init; }

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
