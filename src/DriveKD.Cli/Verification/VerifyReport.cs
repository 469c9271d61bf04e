using System.Globalization;
using DriveKD.Data.Verification;
using Spectre.Console;

namespace DriveKD.Cli.Verification;

/// <summary>Writes what was compared for people: one table, then what fails first, what was left out, and the total.</summary>
internal static class VerifyReport
{
    public static void Write(Terminal terminal, IReadOnlyList<FolderResult> results, bool listsTensors, double seconds)
    {
        Table table = new Table().RoundedBorder().AddColumns("case", "stage");
        foreach (string name in (string[])["compared", "worst\nabsolute", "worst\nrelative", "tolerance"])
        {
            table.AddColumn(new TableColumn(name).RightAligned().NoWrap());
        }

        table.AddColumn(new TableColumn("result").NoWrap());
        foreach (FolderResult result in results)
        {
            string? last = null;
            foreach (GoldenCheck check in result.Checks)
            {
                string name = result.NameOf(check);
                AddRow(table, name == last ? string.Empty : name, check, listsTensors);
                last = name;
            }
        }

        if (table.Rows.Count > 0)
        {
            terminal.Output.Write(table);
        }

        WriteFailures(terminal, results);
        WriteNotCompared(terminal, results);
        terminal.WriteRaw(Total(results, seconds));
    }

    private static void AddRow(Table table, string name, GoldenCheck check, bool listsTensors)
    {
        table.AddRow(
            new Text(name),
            new Text(check.Stage),
            new Text(check.Compared.ToString("N0", CultureInfo.InvariantCulture)),
            new Text(check.Compared == 0 ? "-" : Difference(check.WorstAbsolute)),
            new Text(check.Compared == 0 ? "-" : Difference(check.WorstRelative)),
            new Text(check.Compared == 0 ? "-" : check.Tolerance == 0 ? "exact" : Difference(check.Tolerance) + (check.ToleranceIsRelative ? " rel" : string.Empty)),
            Verdict(check.Passed, check.Compared));
        foreach (GoldenItem item in listsTensors ? check.Items : [])
        {
            table.AddRow(
                new Text(string.Empty),
                new Text($"  {item.Name}"),
                new Text(item.Compared.ToString("N0", CultureInfo.InvariantCulture)),
                new Text(Difference(item.WorstAbsolute)),
                new Text(Difference(item.WorstRelative)),
                new Text(string.Empty),
                Verdict(item.Passed, item.Compared));
        }
    }

    private static void WriteFailures(Terminal terminal, IReadOnlyList<FolderResult> results)
    {
        (string Name, GoldenCheck Check)[] failures = [.. results.SelectMany(result => result.FirstFailures.Select(check => (result.NameOf(check), check)))];
        if (failures.Length == 0)
        {
            return;
        }

        terminal.WriteRaw("first stage that fails:");
        foreach ((string name, GoldenCheck check) in failures)
        {
            terminal.WriteRaw($"  {name}: {check.Stage}: {OneLine(check.Detail) ?? "differs"}");
        }
    }

    private static void WriteNotCompared(Terminal terminal, IReadOnlyList<FolderResult> results)
    {
        (string Name, GoldenCheck Check)[] left = [.. results.SelectMany(result =>
            result.Checks.Where(check => check.NotCompared > 0).Select(check => (result.NameOf(check), check)))];
        if (left.Length == 0)
        {
            return;
        }

        terminal.WriteRaw("seen, not compared:");
        foreach ((string name, GoldenCheck check) in left)
        {
            string detail = check.Passed ? OneLine(check.Detail) ?? string.Empty : string.Create(CultureInfo.InvariantCulture, $"{check.NotCompared} more values");
            terminal.WriteRaw($"  {name}: {check.Stage}: {detail.Replace("not compared: ", string.Empty, StringComparison.Ordinal)}");
        }
    }

    private static string Total(IReadOnlyList<FolderResult> results, double seconds)
    {
        GoldenCheck[] checks = [.. results.SelectMany(result => result.Checks)];
        int cases = results.Sum(result => result.Checks.Select(check => check.Case).Distinct().Count());
        long notCompared = checks.Sum(check => check.NotCompared);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{cases} case{(cases == 1 ? string.Empty : "s")}, {checks.Length} stages: {checks.Count(check => check.Passed)} passed, {checks.Count(check => !check.Passed)} failed; "
            + $"{checks.Sum(check => check.Compared):N0} values compared, {notCompared:N0} not compared; {seconds:F1} s");
    }

    private static Text Verdict(bool passed, long compared) =>
        passed ? compared == 0 ? new Text("-") : new Text("pass", new Style(Color.Green)) : new Text("FAIL", new Style(Color.Red, decoration: Decoration.Bold));

    private static string Difference(double value) =>
        value == 0 ? "0"
        : value >= 1 && value < 1e6 && value == Math.Round(value) ? value.ToString("0", CultureInfo.InvariantCulture)
        : value.ToString("0.0e+0", CultureInfo.InvariantCulture);

    private static string? OneLine(string? text) => text?.ReplaceLineEndings(" ");
}
