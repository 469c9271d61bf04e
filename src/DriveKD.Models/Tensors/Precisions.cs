using DriveKD.Data.Errors;
using static TorchSharp.torch;

namespace DriveKD.Models.Tensors;

/// <summary>The dtypes a model computes in.</summary>
public static class Precisions
{
    /// <summary>Reads a precision's name.</summary>
    /// <param name="name">float32 or bfloat16.</param>
    /// <param name="where">Where the name was written, for messages.</param>
    /// <exception cref="InputException">It is neither.</exception>
    public static ScalarType Parse(string name, string where) => name switch
    {
        "float32" => ScalarType.Float32,
        "bfloat16" => ScalarType.BFloat16,
        _ => throw new InputException(where, $"'{name}' is no precision; float32 or bfloat16 is expected."),
    };
}
