using DriveKD.Data.Errors;
using static TorchSharp.torch;

namespace DriveKD.Models.Tensors;

/// <summary>The dtypes a model computes in.</summary>
public static class Precisions
{
    /// <summary>bfloat16 on a CUDA device, float32 on the processor: not every processor computes in bfloat16 faster than it emulates it.</summary>
    public const string Automatic = "auto";

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

    /// <summary>Reads a precision's name where it may be left to the device.</summary>
    /// <param name="name">auto, float32 or bfloat16.</param>
    /// <param name="where">Where the name was written, for messages.</param>
    /// <param name="device">Decides what auto is.</param>
    /// <exception cref="InputException">It is none of these.</exception>
    public static ScalarType Parse(string name, string where, Device device) => name switch
    {
        Automatic => device.type == TorchSharp.DeviceType.CUDA ? ScalarType.BFloat16 : ScalarType.Float32,
        "float32" or "bfloat16" => Parse(name, where),
        _ => throw new InputException(where, $"'{name}' is no precision; auto, float32 or bfloat16 is expected."),
    };

    /// <summary>How a precision is written.</summary>
    /// <param name="precision">A precision that was read here.</param>
    public static string NameOf(ScalarType precision) => precision == ScalarType.BFloat16 ? "bfloat16" : "float32";
}
