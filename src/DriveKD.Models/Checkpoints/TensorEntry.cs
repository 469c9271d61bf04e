namespace DriveKD.Models.Checkpoints;

/// <summary>One tensor of a safetensors file, as its checked header describes it.</summary>
public sealed record TensorEntry
{
    /// <summary>The name as it stands in the file.</summary>
    public required string Name { get; init; }

    /// <summary>Stored element type.</summary>
    public required TensorDType DType { get; init; }

    /// <summary>Sizes, outermost first; empty for a scalar.</summary>
    public required long[] Shape { get; init; }

    /// <summary>The first byte's position in the file.</summary>
    public required long Offset { get; init; }

    /// <summary>Bytes of data: elements times element size.</summary>
    public required long ByteLength { get; init; }

    /// <summary>The file's path.</summary>
    public required string File { get; init; }

    /// <summary>Number of elements.</summary>
    public long ElementCount => ByteLength / TensorDTypes.SizeOf(DType);

    /// <summary>The shape as people write it: [3, 448, 448].</summary>
    public string ShapeText => TensorShape.Format(Shape);
}
