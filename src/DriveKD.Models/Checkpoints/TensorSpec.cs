namespace DriveKD.Models.Checkpoints;

/// <summary>A tensor to be written: what stands in the header but its place.</summary>
/// <param name="Name">The name in the file.</param>
/// <param name="DType">Stored element type.</param>
/// <param name="Shape">Sizes, outermost first.</param>
public sealed record TensorSpec(string Name, TensorDType DType, long[] Shape)
{
    /// <summary>Bytes of data.</summary>
    /// <exception cref="ArgumentException">The shape has more elements than 63 bits can count.</exception>
    public long ByteLength => checked((TensorShape.ElementCount(Shape)
        ?? throw new ArgumentException($"{Name}: the shape {TensorShape.Format(Shape)} cannot be counted.")) * TensorDTypes.SizeOf(DType));
}
