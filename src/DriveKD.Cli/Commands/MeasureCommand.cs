using System.CommandLine;
using System.Globalization;
using DriveKD.Cli.Commands.Measuring;
using DriveKD.Data.Imaging;
using DriveKD.Models.Measurement;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd measure</c>: memory, times and energy of answering, of one model or of several in turn.</summary>
internal static class MeasureCommand
{
    private static readonly MeasureSettings _defaults = new() { Folders = [] };

    public static Command Create(Terminal terminal)
    {
        Argument<string> folder = new("FOLDER") { Description = "Model folder." };
        Option<string[]> against = new("--against")
        {
            Description = "Model folder to compare with, answering in turn with FOLDER; once for each, or several behind one another.",
            HelpName = "FOLDER",
            AllowMultipleArgumentsPerToken = true,
        };
        Option<string> pictures = new("--pictures")
        {
            Description = "Numbers of pictures per question, 0 for none.",
            HelpName = "N,N",
            DefaultValueFactory = _ => Join(_defaults.Pictures),
        };
        Option<long?> minPixels = PixelOptions.Min();
        Option<long?> maxPixels = PixelOptions.Max();
        Option<string> promptTokens = new("--prompt-tokens")
        {
            Description = "Tokens of text per question, those of the pictures not counted.",
            HelpName = "N,N",
            DefaultValueFactory = _ => Join(_defaults.PromptTokens),
        };
        Option<int> newTokens = new("--new-tokens")
        {
            Description = "Tokens of every answer: exactly as many.",
            HelpName = "N",
            DefaultValueFactory = _ => _defaults.NewTokens,
        };
        Option<int> repeats = new("--repeats")
        {
            Description = "Answers per model and case that count; one more warms up.",
            HelpName = "N",
            DefaultValueFactory = _ => _defaults.Repeats,
        };
        Option<long> seed = new("--seed")
        {
            Description = "Seed of the pictures and token ids.",
            HelpName = "N",
            DefaultValueFactory = _ => _defaults.Seed,
        };
        Option<string> device = ModelOptions.Device();
        Option<string> precision = ModelOptions.Precision();
        Option<string> weights = DecodingWeightNames.Option();
        Option<bool> profile = new("--profile") { Description = "Show the shares of an answer's time, and of a decoded token's." };
        Option<bool> published = new("--published") { Description = "Show the paper's rows too, marked as published." };
        Option<string?> output = new("--out") { Description = "Write the JSON document to a file too; an existing one is replaced.", HelpName = "FILE" };
        Option<bool> json = new("--json") { Description = "Print one JSON document instead of tables." };
        Command command = new(
            "measure",
            "Measure what running a model takes: memory, load, first token, tokens/s, energy. With --against several answer in turn, and ratios are shown.")
        {
            folder, against, pictures, minPixels, maxPixels, promptTokens, newTokens, repeats, seed, device, precision, weights, profile, published, output, json,
        };
        command.SetAction(parse =>
        {
            MeasureRequest request = new()
            {
                Folders = [parse.GetRequiredValue(folder), .. parse.GetValue(against) ?? []],
                Pictures = parse.GetValue(pictures)!,
                Limits = new PixelLimits(parse.GetValue(minPixels), parse.GetValue(maxPixels)),
                PromptTokens = parse.GetValue(promptTokens)!,
                NewTokens = parse.GetValue(newTokens),
                Repeats = parse.GetValue(repeats),
                Seed = parse.GetValue(seed),
                Device = parse.GetValue(device)!,
                Precision = parse.GetValue(precision)!,
                Weights = parse.GetValue(weights)!,
                ShowsProfile = parse.GetValue(profile),
                ShowsPublished = parse.GetValue(published),
                OutputFile = parse.GetValue(output),
                AsJson = parse.GetValue(json),
            };
            return new MeasureRun(terminal, request).Run();
        });
        return command;
    }

    private static string Join(IEnumerable<int> numbers) => string.Join(',', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));
}
