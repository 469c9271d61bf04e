using DriveKD.Data.Imaging;

namespace DriveKD.Models.Checkpoints;

/// <summary>How a checkpoint is cut into files, and in which number format it is stored.</summary>
public sealed record CheckpointWriterOptions
{
    /// <summary>The shard size that hub folders have.</summary>
    public const long UsualShardBytes = 5_000_000_000;

    /// <summary>Bytes of tensors per file at most (one tensor always fits); null keeps the source's files.</summary>
    public long? MaxShardBytes { get; init; }

    /// <summary>F32, F16 or BF16: what every stored float becomes, to nearest even, and what config.json names; null keeps the source's.</summary>
    public TensorDType? DType { get; init; }

    /// <summary>
    /// Areas of pictures that the model was trained with, which the folder then names in place of the source's; null keeps these. A family without
    /// such limits has none.
    /// </summary>
    public PixelLimits? Limits { get; init; }
}
