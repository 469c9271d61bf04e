using System.CommandLine;
using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd model create</c>: a model folder with random weights, for tests, benchmarks and trying things out.</summary>
internal static class ModelCreateCommand
{
    private static readonly (string Name, InitialValues Initial)[] _initials = [("testing", InitialValues.Testing), ("training", InitialValues.Training)];

    public static Command Create(Terminal terminal)
    {
        Argument<string> shape = new("SHAPE") { Description = $"One of {string.Join(", ", ModelFamilies.Presets.Select(preset => preset.Name))}." };
        Argument<string> folder = new("FOLDER") { Description = "Where to make it: a folder that does not exist yet, or is empty." };
        Option<ulong> seed = new("--seed") { Description = "The same seed gives the same bytes on every machine.", DefaultValueFactory = _ => 0 };
        Option<string?> dtype = new("--dtype")
        {
            Description = "bfloat16, float16 or float32; bfloat16 for released sizes and float32 for the small ones if not given.",
            HelpName = "DTYPE",
        };
        Option<string?> layout = new("--layout")
        {
            Description = $"How config keys and tensors are named: {string.Join("; ", ModelFamilies.All.Select(family => $"{string.Join(" or ", family.Layouts)} for {family.Name}"))}.",
            HelpName = "LAYOUT",
        };
        Option<string?> tokenizer = new("--tokenizer")
        {
            Description = "Folder with the tokenizer.json of a Qwen2.5 or InternVL3 model; a small tokenizer is made if not given.",
            HelpName = "FOLDER",
        };
        Option<string?> tokenizerText = new("--tokenizer-text")
        {
            Description = "Text file to train a tokenizer on, one sentence a line: every word of it becomes one token.",
            HelpName = "FILE",
        };
        Option<int?> vocabulary = new("--vocabulary")
        {
            Description = "With --tokenizer-text: at most so many ids, the most frequent pairs merged first, instead of every word whole.",
            HelpName = "N",
        };
        Option<string?> tower = new("--tower")
        {
            Description = "Model folder whose vision tower, of the same shape, the new model gets instead of a random one.",
            HelpName = "FOLDER",
        };
        Option<string> initial = new("--init")
        {
            Description = "testing or training: values in which every mistake shows, or those to train from.",
            HelpName = "VALUES",
            DefaultValueFactory = _ => "testing",
        };
        Command command = new("create", "Make a model folder with random weights: any released size, or a small one.")
        {
            shape, folder, seed, dtype, layout, tokenizer, tokenizerText, vocabulary, tower, initial,
        };
        command.SetAction(parse => Run(
            terminal,
            new ModelCreatorOptions
            {
                Preset = ModelFamilies.FindPreset(parse.GetRequiredValue(shape)),
                Folder = parse.GetRequiredValue(folder),
                Seed = parse.GetValue(seed),
                DType = parse.GetValue(dtype) is string name ? ModelDTypes.Parse(name) : null,
                Layout = parse.GetValue(layout),
                TokenizerFolder = parse.GetValue(tokenizer),
                TrainedTokenizer = Train(parse.GetValue(tokenizerText), parse.GetValue(vocabulary), parse.GetValue(tokenizer), ModelFamilies.FindPreset(parse.GetRequiredValue(shape)).Config.Family),
                TowerFolder = parse.GetValue(tower),
                Initial = ModelDTypes.Choose("--init", parse.GetValue(initial)!, _initials),
            }));
        return command;
    }

    private static int Run(Terminal terminal, ModelCreatorOptions options)
    {
        ModelConfig config;
        using (ProgressLine line = new(terminal))
        {
            config = ModelCreator.Create(options, new Progress(line), terminal.Interrupted);
        }

        long parameters = config.Family.Expected(config, hasHead: !config.Language.TiesWordEmbeddings).Sum(tensor => tensor.ElementCount);
        string count = parameters.ToString("N0", CultureInfo.InvariantCulture);
        string besides = options.TowerFolder is string tower ? $" and the vision tower of {tower}" : "";
        terminal.WriteRaw($"{options.Folder}: {options.Preset.Name} with random weights{besides}, {count} parameters, seed {options.Seed}");
        terminal.WriteRaw($"look at it with: drivekd inspect {options.Folder}");
        return ExitCode.Done;
    }

    private static TrainedTokenizer? Train(string? file, int? vocabulary, string? folder, ModelFamily family)
    {
        if (file is null)
        {
            return vocabulary is null ? null : throw new InputException("--vocabulary", "stands without --tokenizer-text FILE; there is nothing to train on.");
        }

        if (folder is not null)
        {
            throw new InputException("--tokenizer-text", "stands beside --tokenizer; give the one or the other.");
        }

        try
        {
            return TokenizerTrainer.Train(File.ReadLines(file), new TokenizerTrainingOptions { VocabularyLimit = vocabulary, Family = family });
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new InputException(file, $"could not be read: {exception.Message}", exception);
        }
    }

    private sealed class Progress(ProgressLine line) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => line.Report(new DataProgress("writing weights", value.BytesDone, value.BytesTotal));
    }
}
