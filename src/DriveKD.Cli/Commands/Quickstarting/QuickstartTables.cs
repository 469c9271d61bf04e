using System.Globalization;
using DriveKD.Evaluation.Compare;
using DriveKD.Evaluation.Quickstart;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>A quick start on the console.</summary>
internal static class QuickstartTables
{
    /// <summary>The scene and its questions.</summary>
    public static void Scene(Terminal terminal, QuickstartScene scene, string file)
    {
        terminal.WriteRaw(PlainText.ForTerminal($"{scene.Title}: look at {file}"));
        foreach (QuickstartQuestion question in scene.Questions)
        {
            terminal.WriteRaw(PlainText.ForTerminal($"  {CompareNames.Of(question.Capability),-10}  {question.Text}"));
            terminal.WriteRaw(PlainText.ForTerminal($"  {"",-10}  -> {question.Answer}"));
        }
    }

    /// <summary>Teachers and untrained student.</summary>
    public static void Scores(Terminal terminal, IReadOnlyList<QuickstartScore> scores)
    {
        Table table = new Table().RoundedBorder().Title("Exact answers in %, before any training").AddColumn("capability").AddColumn("questions").AddColumn("its teacher").AddColumn("untrained student");
        foreach (QuickstartScore score in scores)
        {
            table.AddRow(CompareNames.Of(score.Capability), score.Questions.ToString(CultureInfo.InvariantCulture), CompareWords.Percent(score.Teacher), CompareWords.Percent(score.Base));
        }

        terminal.Output.Write(table);
    }

    /// <summary>What came of it.</summary>
    public static void End(Terminal terminal, QuickstartReport report, string page)
    {
        terminal.WriteRaw("");
        terminal.WriteRaw("What this run shows:");
        foreach (string line in QuickstartWords.Findings(report))
        {
            terminal.WriteRaw(PlainText.ForTerminal($"  {line}"));
        }

        terminal.WriteRaw("What it does not show:");
        foreach (string line in QuickstartWords.Limits(report))
        {
            terminal.WriteRaw(PlainText.ForTerminal($"  {line}"));
        }

        Table times = new Table().RoundedBorder().Title("Where the time went").AddColumn("phase").AddColumn(new TableColumn("seconds").RightAligned());
        foreach ((string name, double seconds) in report.Phases)
        {
            times.AddRow(name, seconds.ToString("F1", CultureInfo.InvariantCulture));
        }

        times.AddRow("together", report.Phases.Sum(phase => phase.Value).ToString("F1", CultureInfo.InvariantCulture));
        terminal.Output.Write(times);
        terminal.WriteRaw(PlainText.ForTerminal($"The page: {page}"));
        terminal.WriteRaw("Try next:");
        foreach ((string command, string what) in report.Next)
        {
            terminal.WriteRaw(PlainText.ForTerminal($"  {command}"));
            terminal.WriteRaw(PlainText.ForTerminal($"      {what}"));
        }
    }
}
