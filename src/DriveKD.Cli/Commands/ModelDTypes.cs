using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;

namespace DriveKD.Cli.Commands;

/// <summary>Named choices of the commands that make model folders.</summary>
internal static class ModelDTypes
{
    private static readonly (string Name, TensorDType DType)[] _dtypes =
        [("bfloat16", TensorDType.BF16), ("float16", TensorDType.F16), ("float32", TensorDType.F32)];

    /// <summary>The number format of a name.</summary>
    public static TensorDType Parse(string name) => Choose("--dtype", name, _dtypes);

    /// <summary>The value of a name, in any case.</summary>
    /// <exception cref="InputException">There is no such name; the message lists them.</exception>
    public static T Choose<T>(string option, string name, (string Name, T Value)[] choices)
    {
        foreach ((string known, T value) in choices)
        {
            if (known.Equals(name, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        throw new InputException(option, $"is '{name}'; {string.Join(", ", choices.Select(choice => choice.Name))} are expected.");
    }
}
