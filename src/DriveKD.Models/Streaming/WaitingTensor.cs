using static TorchSharp.torch;

namespace DriveKD.Models.Streaming;

/// <summary>One tensor of <see cref="WaitingTensors"/>: in memory, or a place in its scratch file.</summary>
public sealed class WaitingTensor
{
    internal WaitingTensor(Tensor? value, long offset, long[] shape, ScalarType dtype, long bytes) =>
        (Value, Offset, Shape, DType, Bytes) = (value, offset, shape, dtype, bytes);

    /// <summary>Its sizes.</summary>
    public IReadOnlyList<long> Shape { get; }

    /// <summary>Its element type.</summary>
    public ScalarType DType { get; }

    /// <summary>What it takes.</summary>
    public long Bytes { get; }

    /// <summary>On the processor; null where the file holds it.</summary>
    internal Tensor? Value { get; }

    internal long Offset { get; }
}
