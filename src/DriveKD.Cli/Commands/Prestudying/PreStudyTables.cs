using System.Globalization;
using DriveKD.Analysis.Proposal;
using DriveKD.Analysis.Report;
using DriveKD.Runs.Recipes;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Prestudying;

/// <summary>What a pre-study found, for people.</summary>
/// <param name="terminal">The consoles.</param>
/// <param name="report">What was found.</param>
/// <param name="hasRecipe">A recipe was written.</param>
internal sealed class PreStudyTables(Terminal terminal, PreStudyReport report, bool hasRecipe)
{
    /// <summary>Notices, the proposal, where everything lies; and all that the rules looked at.</summary>
    /// <param name="explains">Whether the rules' tables are printed.</param>
    public void Write(bool explains)
    {
        foreach (string notice in report.Result.Notices)
        {
            terminal.ErrorText.WriteLine(notice);
        }

        if (explains)
        {
            foreach (SignalProposal proposal in report.Proposals)
            {
                Explain(proposal);
            }
        }

        Table table = NewTable("capability", $"layers of {report.Teacher.Name}", "the student's", "map", "why");
        foreach (SignalProposal proposal in report.Proposals)
        {
            LayerRange? student = report.StudentLayers is int layers ? proposal.StudentLayers(report.Teacher.Layers, layers) : null;
            table.AddRow(Cells(
                proposal.CapabilityName,
                Range(proposal.First, proposal.Last),
                student is null ? "-" : Range(student.First, student.Last),
                proposal.MapName,
                string.Join("\n", proposal.Reasons)));
        }

        terminal.Output.Write(table);
        terminal.WriteRaw(report.Stability);
        if (report.Doubt is string doubt)
        {
            terminal.WriteRaw(doubt);
        }

        terminal.WriteRaw($"A page of it: {Path.Combine(report.Folder, PreStudyFiles.PageName)}");
        terminal.WriteRaw(hasRecipe
            ? $"The recipe: {Path.Combine(report.Folder, PreStudyFiles.ProposalName)}"
            : "No recipe was written: name the student it is for (student=FOLDER).");
    }

    private void Explain(SignalProposal proposal)
    {
        Table table = NewTable([.. RuleTable.Columns]);
        table.Title = new TableTitle(proposal.CapabilityName);
        foreach (LayerVerdict verdict in proposal.Verdicts)
        {
            table.AddRow(Cells([.. RuleTable.Row(verdict)]));
        }

        terminal.Output.Write(table);
    }

    private static string Range(int first, int last) => first == last
        ? first.ToString(CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{first}-{last}");

    private static Table NewTable(params string[] columns)
    {
        Table table = new() { Border = TableBorder.Rounded };
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(Markup.Escape(column)));
        }

        return table;
    }

    private static string[] Cells(params string[] texts) => [.. texts.Select(text => Markup.Escape(PlainText.ForTerminal(text)))];
}
