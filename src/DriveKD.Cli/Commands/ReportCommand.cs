using System.CommandLine;
using DriveKD.Cli.Shell;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Reports;

namespace DriveKD.Cli.Commands;

/// <summary><c>drivekd report</c>: what one or several training runs were and what became of them, as one HTML page.</summary>
internal static class ReportCommand
{
    private const string FileName = "report.html";

    public static Command Create(Terminal terminal)
    {
        Argument<string[]> runs = new("RUN")
        {
            Description = "Run folder that `drivekd distill` wrote; several are drawn into the same axes. A run that is still going is told as far as it is.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<string?> output = new("--out")
        {
            Description = "The page to write; an existing one is replaced. Without it: RUN/report.html for one run, ./report.html for several.",
            HelpName = "FILE",
        };
        Option<bool> json = new("--json") { Description = "Print the summaries as one JSON document; a page is then written only where --out is given." };
        Command command = new("report", "Report on training runs as one HTML page. It says what was run and how it ended, warns, and draws every metric.")
        {
            runs, output, json,
        };
        command.SetAction(parse => Run(terminal, parse.GetRequiredValue(runs), parse.GetValue(output), parse.GetValue(json)));
        return command;
    }

    private static int Run(Terminal terminal, string[] folders, string? output, bool asJson)
    {
        IReadOnlyList<RunRecord> runs = RunRecord.ReadAll(folders);
        string? file = output ?? (asJson ? null : runs.Count == 1 ? Path.Combine(folders[0], FileName) : FileName);
        if (file is not null)
        {
            OutputFile.RequireWritable(file);
            AtomicFile.WriteText(file, ReportPage.Write(runs, $"drivekd {BuildInfo.OfThisProgram.Version}", terminal.Time.GetLocalNow()));
        }

        if (asJson)
        {
            terminal.WriteRaw(ReportJson.Write(runs));
            return ExitCode.Done;
        }

        foreach (RunSummary run in runs.Select(RunSummary.Of))
        {
            WriteNotices(terminal, run, isNamed: runs.Count > 1);
        }

        terminal.WriteRaw($"Report: {file}");
        return ExitCode.Done;
    }

    private static void WriteNotices(Terminal terminal, RunSummary run, bool isNamed)
    {
        foreach (Notice notice in run.Notices)
        {
            string name = isNamed ? $"{run.Name}: " : "";
            terminal.OutputText.WriteLine(PlainText.ForTerminal($"{notice.Level.ToString().ToLowerInvariant()}: {name}{notice}"));
        }
    }
}
