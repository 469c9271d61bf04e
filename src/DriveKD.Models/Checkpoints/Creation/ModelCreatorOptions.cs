using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>A random model to create.</summary>
public sealed record ModelCreatorOptions
{
    /// <summary>The shape.</summary>
    public required ModelPreset Preset { get; init; }

    /// <summary>Where the folder will be; absent, or an empty folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The same seed gives the same bytes on every machine. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>F32, F16 or BF16; null takes BF16 for released sizes and F32 for the small ones.</summary>
    public TensorDType? DType { get; init; }

    /// <summary>The names of config keys and tensors, one of the family's <see cref="ModelFamily.Layouts"/>; null takes that of the released folders.</summary>
    public string? Layout { get; init; }

    /// <summary>A folder with the tokenizer of a Qwen2.5 or InternVL3 model; null takes <see cref="TrainedTokenizer"/> or makes a small one.</summary>
    public string? TokenizerFolder { get; init; }

    /// <summary>A tokenizer that was trained on text; null takes <see cref="TokenizerFolder"/> or makes a small one. Only one of the two is given.</summary>
    public TrainedTokenizer? TrainedTokenizer { get; init; }

    /// <summary>
    /// A model folder whose vision tower the new model gets, instead of a random one; it has the same shape. Null for a random tower.
    /// The tower is held in memory whole while the folder is written.
    /// </summary>
    public string? TowerFolder { get; init; }

    /// <summary>What the random values are for. Default: tests.</summary>
    public InitialValues Initial { get; init; } = InitialValues.Testing;

    /// <summary>Bytes of tensors per file at most.</summary>
    public long MaxShardBytes { get; init; } = CheckpointWriterOptions.UsualShardBytes;
}
