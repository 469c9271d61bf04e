using System.CommandLine;
using DriveKD.Cli.Commands.Attending;
using DriveKD.Data.Imaging;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd attention</c>: a page of attention maps, layer by layer, of one model or two.</summary>
internal static class AttentionCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> folder = new("FOLDER") { Description = "Model folder; with --student it is the teacher." };
        Argument<string> question = new("QUESTION")
        {
            Description = "The question. <image> in it marks the place of a picture; without it the pictures go in front.",
        };
        Option<string[]> images = new("--image") { Description = "A picture; once for each.", HelpName = "FILE" };
        Option<string?> student = new("--student")
        {
            Description = "A model to set beside the first: it reads the same tokens, and layers at the same relative depth are compared.",
            HelpName = "FOLDER",
        };
        Option<string?> answer = new("--answer") { Description = "The answer's text; if not given, FOLDER answers.", HelpName = "TEXT" };
        Option<string?> word = new("--word")
        {
            Description = "Average the attention of this word's tokens, wherever it stands in question or answer, instead of --rows.",
            HelpName = "TEXT",
        };
        Option<string?> rows = new("--rows")
        {
            Description = "Whose attention is averaged: answer (if not given), question or all text.",
            HelpName = "ROWS",
        };
        Option<string> layers = new("--layers")
        {
            Description = "all, first, penultimate, or decoder layers from 1 such as 1,4-8.",
            HelpName = "LAYERS",
            DefaultValueFactory = _ => "all",
        };
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
        Option<int?> maxNewTokens = new("--max-new-tokens") { Description = "Most tokens of the answer (256 if not given).", HelpName = "N" };
        Option<string> device = ModelOptions.Device();
        Option<string> precision = ModelOptions.Precision();
        Option<string> output = new("--out")
        {
            Description = "Folder to write: it must not exist or be empty. index.html, maps.png, maps.svg, attention.json, with --student distances.csv.",
            HelpName = "DIR",
            DefaultValueFactory = _ => "attention",
        };
        Option<bool> json = new("--json") { Description = "Print one JSON document, attention.json without the tokens' weights, instead of a summary." };
        Command command = new("attention", "Draw every layer's attention to pictures, one model's or teacher beside student.")
        {
            folder, question, images, student, answer, word, rows, layers, tiles, minPixels, maxPixels, system, trainingLayout, maxNewTokens, device, precision, output, json,
        };
        command.SetAction(parse => new AttentionRun(terminal, new AttentionSettings
        {
            Folder = parse.GetRequiredValue(folder),
            Question = parse.GetRequiredValue(question),
            Images = parse.GetValue(images) ?? [],
            Student = parse.GetValue(student),
            Answer = parse.GetValue(answer),
            Word = parse.GetValue(word),
            Rows = parse.GetValue(rows),
            Layers = parse.GetValue(layers)!,
            MaxTiles = parse.GetValue(tiles),
            Limits = new PixelLimits(parse.GetValue(minPixels), parse.GetValue(maxPixels)),
            SystemText = parse.GetValue(system),
            UsesTrainingLayout = parse.GetValue(trainingLayout),
            MaxNewTokens = parse.GetValue(maxNewTokens),
            Device = parse.GetValue(device)!,
            Precision = parse.GetValue(precision)!,
            Output = parse.GetValue(output)!,
            AsJson = parse.GetValue(json),
        }).Run());
        return command;
    }
}
