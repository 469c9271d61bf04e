using System.CommandLine;
using DriveKD.Models.Checkpoints.Inspection;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd inspect</c>: what a model folder holds, what it needs, and what is odd or wrong with it.</summary>
internal static class InspectCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> folder = new("FOLDER") { Description = "Model folder: config.json, tokenizer files, *.safetensors." };
        Option<bool> tensors = new("--tensors") { Description = "List every tensor: name, dtype, shape, file." };
        Option<bool> json = new("--json") { Description = "Print one JSON document." };
        Command command = new(
            "inspect",
            "Describe a model folder: shape, parameters, memory, tokens per picture, oddities. Exit code 0: can be loaded; 1: faults.")
        {
            folder, tensors, json,
        };
        command.SetAction(parse => Run(terminal, parse.GetRequiredValue(folder), parse.GetValue(tensors), parse.GetValue(json)));
        return command;
    }

    private static int Run(Terminal terminal, string folder, bool showsTensors, bool asJson)
    {
        CheckpointReport report = CheckpointInspector.Inspect(folder);
        if (asJson)
        {
            terminal.WriteRaw(CheckpointReportJson.Write(report, showsTensors));
        }
        else
        {
            CheckpointReportText.Write(terminal, report, showsTensors);
        }

        return report.Faults.Count == 0 ? ExitCode.Done : ExitCode.CheckFailed;
    }
}
