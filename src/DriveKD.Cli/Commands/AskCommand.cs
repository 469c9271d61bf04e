using System.CommandLine;
using DriveKD.Cli.Commands.Asking;
using DriveKD.Data.Imaging;
using DriveKD.Models.Generation;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd ask</c>: asks a model about pictures and streams its answer.</summary>
internal static class AskCommand
{
    private static readonly GenerationOptions _defaults = new();

    public static Command Create(Terminal terminal)
    {
        Argument<string> folder = new("FOLDER") { Description = "Model folder." };
        Argument<string[]> questions = new("QUESTION")
        {
            Description = "The question, or several about the same pictures; - reads one from each line of standard input. "
                + "<image> in it marks the place of a picture; without it the pictures go in front.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        Option<string?> file = new("--questions") { Description = "A file with a question on each line, asked after those written here.", HelpName = "FILE" };
        Option<string[]> images = new("--image") { Description = "A picture; once for each.", HelpName = "FILE" };
        Option<int> tiles = new("--tiles")
        {
            Description = "Most tiles a picture is cut into, a thumbnail not counted; 1 makes it one square, as the method does.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        Option<long?> minPixels = PixelOptions.Min();
        Option<long?> maxPixels = PixelOptions.Max();
        Option<string?> system = new("--system") { Description = "System text, instead of the model's own.", HelpName = "TEXT" };
        Option<bool> trainingLayout = new("--training-layout")
        {
            Description = "Ask in the sequence that distillation trains on, without a system turn: small students know no other.",
        };
        Option<int> maxNewTokens = new("--max-new-tokens")
        {
            Description = "Most tokens of the answer.",
            HelpName = "N",
            DefaultValueFactory = _ => _defaults.MaxNewTokens,
        };
        Option<double> temperature = new("--temperature")
        {
            Description = "0 takes the likeliest token each time; above 0 tokens are drawn.",
            HelpName = "T",
            DefaultValueFactory = _ => 0,
        };
        Option<int?> topK = new("--top-k") { Description = "Draw from the K likeliest tokens only; 0 for all.", HelpName = "K" };
        Option<double?> topP = new("--top-p")
        {
            Description = "Draw from the likeliest tokens that together reach probability P only.",
            HelpName = "P",
        };
        Option<double> penalty = new("--repetition-penalty")
        {
            Description = "Above 1 makes tokens that were there already less likely.",
            HelpName = "X",
            DefaultValueFactory = _ => 1,
        };
        Option<ulong> seed = new("--seed") { Description = "Seed of the draws.", HelpName = "N", DefaultValueFactory = _ => 0 };
        Option<string> device = ModelOptions.Device();
        Option<string> precision = ModelOptions.Precision();
        Option<string> weights = DecodingWeightNames.Option();
        Option<string?> attention = new("--attention")
        {
            Description = "Write a figure of where the text looked in the pictures (PNG).",
            HelpName = "FILE",
        };
        Option<string?> layer = new("--attention-layer")
        {
            Description = "first, penultimate (if not given) or a decoder layer's number from 1.",
            HelpName = "LAYER",
        };
        Option<string?> rows = new("--attention-rows")
        {
            Description = "Whose attention is averaged: question (if not given), answer or all text.",
            HelpName = "ROWS",
        };
        Option<bool> timings = new("--timings") { Description = "Show afterwards where the time went." };
        Option<bool> json = new("--json") { Description = "Print one JSON document instead of streaming the answer." };
        Command command = new("ask", "Ask a model about one or more pictures.")
        {
            folder, questions, file, images, tiles, minPixels, maxPixels, system, trainingLayout, maxNewTokens, temperature, topK, topP, penalty, seed, device, precision, weights,
            attention, layer, rows, timings, json,
        };
        command.SetAction(parse =>
        {
            AskSettings settings = new()
            {
                Folder = parse.GetRequiredValue(folder),
                Questions = parse.GetValue(questions) ?? [],
                QuestionsFile = parse.GetValue(file),
                Images = parse.GetValue(images) ?? [],
                MaxTiles = parse.GetValue(tiles),
                Limits = new PixelLimits(parse.GetValue(minPixels), parse.GetValue(maxPixels)),
                SystemText = parse.GetValue(system),
                UsesTrainingLayout = parse.GetValue(trainingLayout),
                Generation = new GenerationOptions
                {
                    MaxNewTokens = parse.GetValue(maxNewTokens),
                    Temperature = parse.GetValue(temperature),
                    TopK = parse.GetValue(topK) ?? _defaults.TopK,
                    TopP = parse.GetValue(topP) ?? _defaults.TopP,
                    RepetitionPenalty = parse.GetValue(penalty),
                    Seed = parse.GetValue(seed),
                },
                LimitsDraws = parse.GetValue(topK) is not null || parse.GetValue(topP) is not null,
                Device = parse.GetValue(device)!,
                Precision = parse.GetValue(precision)!,
                Weights = parse.GetValue(weights)!,
                AttentionFile = parse.GetValue(attention),
                AttentionLayer = parse.GetValue(layer),
                AttentionRows = parse.GetValue(rows),
                ShowsTimings = parse.GetValue(timings),
                AsJson = parse.GetValue(json),
            };
            return new AskRun(terminal, settings).Run();
        });
        return command;
    }
}
