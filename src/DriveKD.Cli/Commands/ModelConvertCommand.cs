using System.CommandLine;
using DriveKD.Data.Samples;
using DriveKD.Models.Checkpoints;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd model convert</c>: a copy of a model folder in another number format.</summary>
internal static class ModelConvertCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> folder = new("FOLDER") { Description = "A model folder; it is only read." };
        Argument<string> copy = new("OUT") { Description = "Where to write the copy: a folder that does not exist yet, or is empty." };
        Option<string> dtype = new("--dtype") { Description = "bfloat16, float16 or float32; values round to the nearest.", HelpName = "DTYPE", Required = true };
        Command command = new("convert", "Copy a model folder into another number format, to make it smaller.") { folder, copy, dtype };
        command.SetAction(parse => Run(terminal, parse.GetRequiredValue(folder), parse.GetRequiredValue(copy), ModelDTypes.Parse(parse.GetRequiredValue(dtype))));
        return command;
    }

    private static int Run(Terminal terminal, string folder, string copy, TensorDType dtype)
    {
        using (ProgressLine line = new(terminal))
        {
            CheckpointWriter.Write(
                folder, copy, new Dictionary<string, TorchSharp.torch.Tensor>(), new CheckpointWriterOptions { DType = dtype }, new Progress(line), terminal.Interrupted);
        }

        terminal.WriteRaw($"{copy}: the weights of {folder} as {TensorDTypes.NameOf(dtype)}");
        return ExitCode.Done;
    }

    private sealed class Progress(ProgressLine line) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => line.Report(new DataProgress("writing weights", value.BytesDone, value.BytesTotal));
    }
}
