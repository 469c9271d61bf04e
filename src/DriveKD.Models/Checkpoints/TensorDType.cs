namespace DriveKD.Models.Checkpoints;

/// <summary>The element types a safetensors header may name.</summary>
public enum TensorDType
{
    /// <summary>64-bit float.</summary>
    F64,

    /// <summary>32-bit float.</summary>
    F32,

    /// <summary>IEEE half.</summary>
    F16,

    /// <summary>bfloat16: the upper half of a 32-bit float.</summary>
    BF16,

    /// <summary>Signed 64-bit.</summary>
    I64,

    /// <summary>Signed 32-bit.</summary>
    I32,

    /// <summary>Signed 16-bit.</summary>
    I16,

    /// <summary>Signed 8-bit.</summary>
    I8,

    /// <summary>Unsigned 8-bit.</summary>
    U8,

    /// <summary>One byte, 0 or 1.</summary>
    Bool,

    /// <summary>Unsigned 64-bit; listed, not read as a tensor.</summary>
    U64,

    /// <summary>Unsigned 32-bit; listed, not read as a tensor.</summary>
    U32,

    /// <summary>Unsigned 16-bit; listed, not read as a tensor.</summary>
    U16,

    /// <summary>8-bit float, 4 exponent bits; listed, not read as a tensor.</summary>
    F8E4M3,

    /// <summary>8-bit float, 5 exponent bits; listed, not read as a tensor.</summary>
    F8E5M2,

    /// <summary>8-bit exponent; listed, not read as a tensor.</summary>
    F8E8M0,

    /// <summary>Two 32-bit floats; listed, not read as a tensor.</summary>
    C64,
}
