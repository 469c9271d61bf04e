using System.CommandLine;
using DriveKD.Models.Measurement;
using DriveKD.Models.Measurement.Decoding;

namespace DriveKD.Benchmarks.Decoding;

/// <summary>How near the decoding of single tokens comes to the memory's bandwidth.</summary>
internal static class DecodeCommand
{
    private const double Giga = 1e9;

    public static Command Create()
    {
        DecodeSettings defaults = new();
        Option<string> shape = new("--shape") { Description = "The shape whose decoder is measured.", DefaultValueFactory = _ => defaults.Shape };
        Option<string[]> precisions = new("--precision") { Description = "float32 or bfloat16; once for each.", DefaultValueFactory = _ => [.. defaults.Precisions] };
        Option<int> rounds = new("--rounds") { Description = "Rounds that count.", DefaultValueFactory = _ => defaults.Rounds };
        Option<int> prompt = new("--prompt-tokens") { Description = "Tokens before the first.", DefaultValueFactory = _ => defaults.PromptTokens };
        Option<int> tokens = new("--new-tokens") { Description = "Tokens decoded in a round.", DefaultValueFactory = _ => defaults.NewTokens };
        Option<int> megabytes = new("--megabytes") { Description = "The buffer that no cache holds.", DefaultValueFactory = _ => (int)(defaults.BufferBytes >> 20) };
        Option<bool> productsOnly = new("--products-only") { Description = "Leave out whole steps." };
        Command command = new("decode", "One-row products and whole decode steps over the memory's bandwidth; the goal is 80 % for the bfloat16 1B.")
        {
            shape, precisions, rounds, prompt, tokens, megabytes, productsOnly,
        };
        command.SetAction(parse => Print(DecodeMeasurement.Run(new DecodeSettings
        {
            Shape = parse.GetValue(shape)!,
            Precisions = parse.GetValue(precisions)!,
            Rounds = parse.GetValue(rounds),
            PromptTokens = parse.GetValue(prompt),
            NewTokens = parse.GetValue(tokens),
            BufferBytes = (long)parse.GetValue(megabytes) << 20,
            MeasuresSteps = !parse.GetValue(productsOnly),
        })));
        return command;
    }

    private static void Print(DecodeFigures figures)
    {
        Report.Machine();
        Report.Line($"{figures.Shape}, {figures.Instructions}, {figures.Threads} threads; memory read at {figures.Bandwidth.Median / Giga:F1} GB/s ({figures.Bandwidth.Minimum / Giga:F1} to {figures.Bandwidth.Maximum / Giga:F1})");
        Report.Line($"{"one row times a matrix",-36} {"kernels",12} {"of bandwidth",14} {"libtorch",12}");
        foreach (ProductFigures product in figures.Products)
        {
            Report.Line($"{$"{product.Name} {product.Outputs} x {product.Inputs}, {product.Format}",-36} {Speed(product.Kernels),12} {Share(product.Share),14} {Speed(product.Libtorch),12}");
        }

        if (figures.Steps.Count > 0)
        {
            Report.Line($"{$"{figures.NewTokens} tokens after {figures.PromptTokens}",-36} {"kernels",12} {"of bandwidth",14} {"libtorch",12}");
        }

        foreach (StepFigures step in figures.Steps)
        {
            Report.Line($"{$"{step.Format}, {step.Bytes / 1e6:F0} MB a token",-36} {Tokens(step.Kernels),12} {Share(step.Share),14} {Tokens(step.Libtorch),12}");
        }
    }

    private static string Speed(Spread? bytes) => bytes is null ? "-" : FormattableString.Invariant($"{bytes.Median / Giga:F1} GB/s");

    private static string Share(Spread ratio) => FormattableString.Invariant($"{100 * ratio.Median:F0} %");

    private static string Tokens(Spread? speed) => speed is null ? "-" : FormattableString.Invariant($"{speed.Median:F1}/s");
}
