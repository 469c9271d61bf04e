using System.CommandLine;
using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Models.Layers;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands;

/// <summary>The weights that tokens are decoded with, as command lines name them and people are told of them.</summary>
internal static class DecodingWeightNames
{
    private const string Stored = "stored";
    private const string Int8 = "int8";

    /// <summary>The option.</summary>
    public static Option<string> Option() => new("--weights")
    {
        Description = "stored, or int8: on the processor, tokens are decoded with the decoder's matrices rounded to 8 bits.",
        HelpName = "NAME",
        DefaultValueFactory = _ => Stored,
    };

    /// <summary>Reads a name.</summary>
    /// <param name="text">What was written.</param>
    /// <exception cref="InputException">It is no such name.</exception>
    public static DecodingWeights Parse(string text) => text switch
    {
        Stored => DecodingWeights.Stored,
        Int8 => DecodingWeights.Int8,
        _ => throw new InputException("--weights", $"is '{text}'; {Stored} or {Int8} is expected."),
    };

    /// <summary>The name.</summary>
    /// <param name="weights">The weights.</param>
    public static string Of(DecodingWeights weights) => weights == DecodingWeights.Int8 ? Int8 : Stored;

    /// <summary>What rounding changed, and what it takes.</summary>
    /// <param name="quantized">The rounded weights.</param>
    public static string Describe(QuantizedWeights quantized) => string.Create(
        CultureInfo.InvariantCulture,
        $"{quantized.Matrices} matrices in 8 bits, {quantized.Bytes / 1e6:F0} MB more: no row is off by more than {100 * quantized.LargestRelativeError:F2} %");
}
