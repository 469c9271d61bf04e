using System.CommandLine;
using System.Diagnostics;
using DriveKD.Cli.Verification;
using DriveKD.Data.Errors;
using DriveKD.Models.Tensors;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd verify</c>: whether this implementation gives the recorded numbers.</summary>
internal static class VerifyCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> folders = new("FOLDER") { Description = "Golden folders; what each holds is told by its content.", Arity = ArgumentArity.OneOrMore };
        Option<string?> images = new("--images") { Description = "Folder that the pictures' paths are relative to; without it data/drivelm-demo of a folder above is taken.", HelpName = "ROOT" };
        Option<string?> tokenizer = new("--tokenizer") { Description = "Folder of the tokenizer that text goldens were made with; without it it is looked for beside and above them.", HelpName = "FOLDER" };
        Option<string?> device = new("--device") { Description = "Where models run: auto, cpu, cuda or cuda:N.", HelpName = "DEVICE" };
        Option<string?> only = new("--only") { Description = "Only cases of this name: a part of it, or a pattern with * and ?.", HelpName = "CASE" };
        Option<bool> verbose = new("--verbose") { Description = "List every tensor of a stage." };
        Option<bool> json = new("--json") { Description = "Print one JSON document." };
        Command command = new(
            "verify",
            "Compare this implementation with recorded numbers, stage by stage. Exit code 0: everything within tolerance; 1: something is not. "
            + "A worst relative difference of tensors is relative to the largest magnitude of the tensor.")
        {
            folders, images, tokenizer, device, only, verbose, json,
        };
        command.SetAction(parse =>
        {
            string? root = RequireFolder(parse.GetValue(images), "--images");
            string? tokenizerFolder = RequireFolder(parse.GetValue(tokenizer), "--tokenizer");
            VerifyRequest options = new()
            {
                Images = root,
                Tokenizer = tokenizerFolder,
                Device = parse.GetValue(device) is string name ? Devices.Parse(name, "--device") : null,
                Wants = _ => true,
                Cancellation = terminal.Interrupted,
            };
            return Run(terminal, parse.GetRequiredValue(folders), parse.GetValue(only), options, parse.GetValue(verbose), parse.GetValue(json));
        });
        return command;
    }

    private static int Run(Terminal terminal, string[] folders, string? only, VerifyRequest options, bool listsTensors, bool asJson)
    {
        Stopwatch watch = Stopwatch.StartNew();
        IReadOnlyList<FolderResult> results;
        using (ProgressLine progress = new(terminal))
        {
            results = GoldenRun.Run(folders, only, wants => options with { Wants = wants, Progress = progress });
        }

        if (asJson)
        {
            VerifyReportJson.Write(terminal, results, listsTensors, watch.Elapsed.TotalSeconds);
        }
        else
        {
            VerifyReport.Write(terminal, results, listsTensors, watch.Elapsed.TotalSeconds);
        }

        Problem[] problems = [.. results.SelectMany(result => result.Problems)];
        if (problems.Length > 0)
        {
            terminal.Report(problems);
            return ExitCode.BadInput;
        }

        return results.All(result => result.Checks.All(check => check.Passed)) ? ExitCode.Done : ExitCode.CheckFailed;
    }

    private static string? RequireFolder(string? folder, string option) =>
        folder is null || Directory.Exists(folder) ? folder : throw new InputException(option, $"'{folder}' is not a folder.");
}
