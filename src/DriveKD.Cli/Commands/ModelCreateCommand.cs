using System.CommandLine;
using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.InternVL;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd model create</c>: a model folder with random weights, for tests, benchmarks and trying things out.</summary>
internal static class ModelCreateCommand
{
    private static readonly (string Name, TensorDType DType)[] _dtypes =
        [("bfloat16", TensorDType.BF16), ("float16", TensorDType.F16), ("float32", TensorDType.F32)];

    private static readonly (string Name, InternVLLayout Layout)[] _layouts =
        [("opengvlab", InternVLLayout.OpenGVLab), ("transformers", InternVLLayout.Transformers)];

    public static Command Create(Terminal terminal)
    {
        Argument<string> shape = new("SHAPE") { Description = $"One of {string.Join(", ", InternVLPresets.All.Select(preset => preset.Name))}." };
        Argument<string> folder = new("FOLDER") { Description = "Where to make it: a folder that does not exist yet, or is empty." };
        Option<ulong> seed = new("--seed") { Description = "The same seed gives the same bytes on every machine.", DefaultValueFactory = _ => 0 };
        Option<string?> dtype = new("--dtype")
        {
            Description = "bfloat16, float16 or float32; bfloat16 for released sizes and float32 for the small ones if not given.",
            HelpName = "DTYPE",
        };
        Option<string> layout = new("--layout")
        {
            Description = "opengvlab or transformers: how config keys and tensors are named.",
            HelpName = "LAYOUT",
            DefaultValueFactory = _ => "opengvlab",
        };
        Option<string?> tokenizer = new("--tokenizer")
        {
            Description = "Folder with the tokenizer.json of a Qwen2.5 or InternVL3 model; a small tokenizer is made if not given.",
            HelpName = "FOLDER",
        };
        Command command = new("create", "Make a model folder with random weights: any InternVL3 size, or a small one.")
        {
            shape, folder, seed, dtype, layout, tokenizer,
        };
        command.SetAction(parse => Run(
            terminal,
            new ModelCreatorOptions
            {
                Preset = InternVLPresets.Find(parse.GetRequiredValue(shape)),
                Folder = parse.GetRequiredValue(folder),
                Seed = parse.GetValue(seed),
                DType = parse.GetValue(dtype) is string name ? Choose("--dtype", name, _dtypes) : null,
                Layout = Choose("--layout", parse.GetValue(layout)!, _layouts),
                TokenizerFolder = parse.GetValue(tokenizer),
            }));
        return command;
    }

    private static int Run(Terminal terminal, ModelCreatorOptions options)
    {
        InternVLConfig config;
        using (ProgressLine line = new(terminal))
        {
            config = ModelCreator.Create(options, new Progress(line), terminal.Interrupted);
        }

        long parameters = InternVLTensors.Expected(config).Sum(tensor => tensor.ElementCount);
        string count = parameters.ToString("N0", CultureInfo.InvariantCulture);
        terminal.WriteRaw($"{options.Folder}: {options.Preset.Name} with random weights, {count} parameters, seed {options.Seed}");
        terminal.WriteRaw($"look at it with: drivekd inspect {options.Folder}");
        return ExitCode.Done;
    }

    private static T Choose<T>(string option, string name, (string Name, T Value)[] choices)
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

    private sealed class Progress(ProgressLine line) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => line.Report(new DataProgress("writing weights", value.BytesDone, value.BytesTotal));
    }
}
