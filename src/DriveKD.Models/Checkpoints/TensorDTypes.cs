using static TorchSharp.torch;

namespace DriveKD.Models.Checkpoints;

/// <summary>Names, sizes and torch counterparts of <see cref="TensorDType"/>.</summary>
public static class TensorDTypes
{
    private static readonly (TensorDType DType, string Name, int Size)[] _table =
    [
        (TensorDType.F64, "F64", 8),
        (TensorDType.F32, "F32", 4),
        (TensorDType.F16, "F16", 2),
        (TensorDType.BF16, "BF16", 2),
        (TensorDType.I64, "I64", 8),
        (TensorDType.I32, "I32", 4),
        (TensorDType.I16, "I16", 2),
        (TensorDType.I8, "I8", 1),
        (TensorDType.U8, "U8", 1),
        (TensorDType.Bool, "BOOL", 1),
        (TensorDType.U64, "U64", 8),
        (TensorDType.U32, "U32", 4),
        (TensorDType.U16, "U16", 2),
        (TensorDType.F8E4M3, "F8_E4M3", 1),
        (TensorDType.F8E5M2, "F8_E5M2", 1),
        (TensorDType.F8E8M0, "F8_E8M0", 1),
        (TensorDType.C64, "C64", 8),
    ];

    /// <summary>Every name a header may use.</summary>
    public static IEnumerable<string> Names => _table.Select(row => row.Name);

    /// <summary>The dtype of a header's name, or null where the name is none (names are case-sensitive).</summary>
    /// <param name="name">As in the file: F32, BF16, ...</param>
    public static TensorDType? Parse(string name)
    {
        foreach ((TensorDType dtype, string known, _) in _table)
        {
            if (known == name)
            {
                return dtype;
            }
        }

        return null;
    }

    /// <summary>The name as it stands in a header.</summary>
    /// <param name="dtype">Any dtype.</param>
    public static string NameOf(TensorDType dtype) => _table[(int)dtype].Name;

    /// <summary>Bytes of one element.</summary>
    /// <param name="dtype">Any dtype.</param>
    public static int SizeOf(TensorDType dtype) => _table[(int)dtype].Size;

    /// <summary>Model weights can be loaded from it: F64, F32, F16 and BF16.</summary>
    /// <param name="dtype">Any dtype.</param>
    public static bool IsWeight(TensorDType dtype) => dtype is TensorDType.F64 or TensorDType.F32 or TensorDType.F16 or TensorDType.BF16;

    /// <summary>It can be read as a tensor; the others are only listed.</summary>
    /// <param name="dtype">Any dtype.</param>
    public static bool IsReadable(TensorDType dtype) => dtype <= TensorDType.Bool;

    /// <summary>The torch element type.</summary>
    /// <param name="dtype">A readable dtype.</param>
    /// <exception cref="ArgumentException">The dtype is only listed, never read.</exception>
    public static ScalarType ScalarTypeOf(TensorDType dtype) => dtype switch
    {
        TensorDType.F64 => ScalarType.Float64,
        TensorDType.F32 => ScalarType.Float32,
        TensorDType.F16 => ScalarType.Float16,
        TensorDType.BF16 => ScalarType.BFloat16,
        TensorDType.I64 => ScalarType.Int64,
        TensorDType.I32 => ScalarType.Int32,
        TensorDType.I16 => ScalarType.Int16,
        TensorDType.I8 => ScalarType.Int8,
        TensorDType.U8 => ScalarType.Byte,
        TensorDType.Bool => ScalarType.Bool,
        _ => throw new ArgumentException($"{NameOf(dtype)} has no tensor type here.", nameof(dtype)),
    };

    /// <summary>The dtype that stores a torch element type as it is.</summary>
    /// <param name="type">A real type of torch.</param>
    /// <exception cref="ArgumentException">Safetensors has no such dtype.</exception>
    public static TensorDType Of(ScalarType type) => type switch
    {
        ScalarType.Float64 => TensorDType.F64,
        ScalarType.Float32 => TensorDType.F32,
        ScalarType.Float16 => TensorDType.F16,
        ScalarType.BFloat16 => TensorDType.BF16,
        ScalarType.Int64 => TensorDType.I64,
        ScalarType.Int32 => TensorDType.I32,
        ScalarType.Int16 => TensorDType.I16,
        ScalarType.Int8 => TensorDType.I8,
        ScalarType.Byte => TensorDType.U8,
        ScalarType.Bool => TensorDType.Bool,
        _ => throw new ArgumentException($"{type} cannot be stored in safetensors.", nameof(type)),
    };
}
