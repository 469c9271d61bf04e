using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Models.Measurement;
using static TorchSharp.torch;

namespace DriveKD.Models.Tensors;

/// <summary>The dtypes a model computes in.</summary>
public static class Precisions
{
    /// <summary>Left to the machine: <see cref="Measurement.NumberTypeTrial"/>.</summary>
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

    /// <summary>Reads a precision's name where it may be left to the machine.</summary>
    /// <param name="name">auto, float32 or bfloat16.</param>
    /// <param name="where">Where the name was written, for messages.</param>
    /// <param name="device">The device that will compute.</param>
    /// <param name="config">The model that auto is decided for.</param>
    /// <exception cref="InputException">It is none of these.</exception>
    public static ScalarType Parse(string name, string where, Device device, ModelConfig config)
    {
        RequireName(name, where);
        return name == Automatic ? NumberTypeTrial.For(device, config).Type : Parse(name, where);
    }

    /// <summary>Checks a precision's name where it may be left to the machine.</summary>
    /// <param name="name">auto, float32 or bfloat16.</param>
    /// <param name="where">Where the name was written, for messages.</param>
    /// <exception cref="InputException">It is none of these.</exception>
    public static void RequireName(string name, string where)
    {
        if (name is not (Automatic or "float32" or "bfloat16"))
        {
            throw new InputException(where, $"'{name}' is no precision; auto, float32 or bfloat16 is expected.");
        }
    }

    /// <summary>How a precision is written.</summary>
    /// <param name="precision">A precision that was read here.</param>
    public static string NameOf(ScalarType precision) => precision == ScalarType.BFloat16 ? "bfloat16" : "float32";
}
