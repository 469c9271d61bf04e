using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Data.Samples.Inspection;
using Spectre.Console;

namespace DriveKD.Cli.Commands;

/// <summary>Writes a record file's inspection for people.</summary>
internal static class InspectionReport
{
    private const int MostFaults = 50;
    private const int MostFindings = 10;

    public static void Write(Terminal terminal, DataInspection inspection)
    {
        terminal.WriteRaw($"{inspection.File}: {Name(inspection.Layout)} layout, {inspection.Records} records, {inspection.Samples} read");
        if (inspection.Samples > 0)
        {
            terminal.Output.Write(CapabilityTable(inspection));
            terminal.Output.Write(ContentTable(inspection));
            terminal.Output.Write(LengthTable(inspection));
        }

        WriteGroups(terminal, "repeated: the same question, answer and pictures", inspection.Duplicates);
        WriteGroups(terminal, "contradictory: the same question and pictures, different answers", inspection.Contradictions);
        if (inspection.Leakage is Leakage leakage)
        {
            WriteLeakage(terminal, leakage);
        }

        WriteFaults(terminal, inspection.File, inspection.Faults, inspection.FaultCounts);
        terminal.WriteRaw(Verdict(inspection));
    }

    private static Table CapabilityTable(DataInspection inspection)
    {
        Table table = NewTable("capability", "question type").AddColumn(new TableColumn("samples").RightAligned());
        foreach (CapabilityCount count in inspection.Capabilities)
        {
            AddRow(table, LowerCase(count.Capability), count.QuestionType, Number(count.Samples));
        }

        return table;
    }

    private static Table ContentTable(DataInspection inspection)
    {
        Table table = NewTable("content", "count");
        AddRow(table, "scenes", inspection.Scenes == 0 ? "not recorded" : Number(inspection.Scenes));
        AddRow(table, "key frames", inspection.Frames == 0 ? "not recorded" : Number(inspection.Frames));
        string missing = inspection.UnusablePictures is { } unusable ? $", {Number(unusable.Count)} not usable" : " (not looked for: no --images)";
        AddRow(table, "pictures", Number(inspection.Pictures) + missing);
        AddRow(table, "pictures per sample", string.Join(", ", inspection.ImagesPerSample.Select(pair => $"{pair.Key}: {Number(pair.Value)}")));
        AddRow(table, "samples without answer", Number(inspection.SamplesWithoutAnswer));
        foreach ((CoordinateUnit unit, int count) in inspection.ObjectTags)
        {
            AddRow(table, unit == CoordinateUnit.Pixel ? "object tags in pixels" : "object tags in 0..1", Number(count));
        }

        foreach ((RecordNotice notice, int count) in inspection.Notices)
        {
            AddRow(table, Describe(notice), Number(count));
        }

        return table;
    }

    private static Table LengthTable(DataInspection inspection)
    {
        Table table = NewTable("length of");
        foreach (string name in (string[])["min", "median", "95 %", "max"])
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        AddLengths(table, "characters", inspection.Characters);
        if (inspection.Tokens is not null)
        {
            AddLengths(table, "tokens", inspection.Tokens);
        }

        return table;
    }

    private static void AddLengths(Table table, string unit, TextLengths lengths)
    {
        foreach ((string name, LengthSummary? summary) in (ReadOnlySpan<(string, LengthSummary?)>)[
            ("question", lengths.Question), ("answer", lengths.Answer), ("question + answer", lengths.Whole)])
        {
            if (summary is not null)
            {
                AddRow(
                    table,
                    $"{name}, {unit}",
                    Number(summary.Minimum),
                    Number(summary.Median),
                    Number(summary.Percentile95),
                    Number(summary.Maximum));
            }
        }
    }

    private static void WriteGroups(Terminal terminal, string title, IReadOnlyList<DuplicateGroup> groups)
    {
        if (groups.Count == 0)
        {
            return;
        }

        terminal.WriteRaw($"{Number(groups.Count)} {title}");
        WriteSome(terminal, groups, MostFindings, group => $"  {string.Join(" = ", group.Positions.Take(4).Select(position => position.JsonPath))}"
            + (group.Positions.Count > 4 ? $" and {group.Positions.Count - 4} more" : ""));
    }

    private static void WriteLeakage(Terminal terminal, Leakage leakage)
    {
        terminal.WriteRaw($"against {leakage.Against}: {Name(leakage.AgainstLayout)} layout, {Number(leakage.AgainstSamples)} samples compared");
        string notRecorded = leakage.ScenesComparable ? "" : " (the Drive-KD layout records none)";
        Table table = NewTable("shared", "count");
        AddRow(table, "scenes", Number(leakage.SharedScenes.Count) + notRecorded);
        AddRow(table, "key frames", Number(leakage.SharedFrames.Count) + notRecorded);
        int byContent = leakage.SharedPictures.Count(picture => picture.ByContent);
        AddRow(
            table,
            "pictures",
            $"{Number(leakage.SharedPictures.Count)}, {(leakage.ContentsCompared ? $"{Number(byContent)} of them by content alone" : "compared by path alone")}");
        AddRow(table, "questions about the same pictures", Number(leakage.SharedQuestions.Count));
        terminal.Output.Write(table);
        WriteSome(terminal, leakage.SharedScenes, MostFindings, scene => $"  scene {scene}");
        WriteSome(terminal, leakage.SharedPictures, MostFindings, picture => picture.ByContent
            ? $"  picture {picture.Path} = {picture.OtherPath}"
            : $"  picture {picture.Path}");
        if (leakage.AgainstFaults.Count > 0)
        {
            WriteFaults(
                terminal, leakage.Against, leakage.AgainstFaults, leakage.AgainstFaults.CountBy(fault => fault.Kind).OrderBy(pair => pair.Key).ToDictionary());
        }
    }

    private static void WriteFaults(
        Terminal terminal, string file, IReadOnlyList<RecordFault> faults, IReadOnlyDictionary<RecordFaultKind, int> counts)
    {
        if (faults.Count == 0)
        {
            return;
        }

        Table table = NewTable($"faults in {Path.GetFileName(file)}").AddColumn(new TableColumn("count").RightAligned());
        foreach ((RecordFaultKind kind, int count) in counts)
        {
            AddRow(table, Describe(kind), Number(count));
        }

        terminal.Output.Write(table);
        WriteSome(terminal, faults, MostFaults, fault => $"  sample {fault.Position.Index} ({fault.Position.JsonPath}): {fault.What}");
    }

    private static string Verdict(DataInspection inspection)
    {
        if (inspection.IsSound)
        {
            return "sound";
        }

        int faults = inspection.Faults.Count + (inspection.Leakage?.AgainstFaults.Count ?? 0);
        string[] findings =
        [
            .. faults > 0 ? [faults == 1 ? "1 fault" : $"{Number(faults)} faults"] : Array.Empty<string>(),
            .. inspection.Leakage is { IsFound: true } ? ["leakage between the two files"] : Array.Empty<string>(),
        ];
        string hint = inspection.UnusablePictures?.Count == inspection.Pictures && inspection.Pictures > 0
            ? "; no picture is usable: is --images the right folder?"
            : "";
        return $"not sound: {string.Join(" and ", findings)}{hint}";
    }

    private static void WriteSome<T>(Terminal terminal, IReadOnlyList<T> items, int most, Func<T, string> describe)
    {
        foreach (T item in items.Take(most))
        {
            terminal.WriteRaw(describe(item));
        }

        if (items.Count > most)
        {
            terminal.WriteRaw($"  and {Number(items.Count - most)} more; --json lists all");
        }
    }

    private static Table NewTable(params string[] columns)
    {
        Table table = new() { Border = TableBorder.Rounded };
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column)));
        }

        return table;
    }

    private static void AddRow(Table table, params string[] cells) => table.AddRow(cells.Select(cell => new Text(cell)));

    private static string Number(int value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string LowerCase(Capability capability) => capability.ToString().ToLowerInvariant();

    private static string Name(RecordLayout layout) => layout switch
    {
        RecordLayout.DriveKd => "Drive-KD",
        RecordLayout.DriveLm => "DriveLM",
        _ => "DriveBench",
    };

    private static string Describe(RecordNotice notice) => notice switch
    {
        RecordNotice.SystemMessageDropped => "system messages dropped",
        RecordNotice.LaterTurnsDropped => "samples cut after the first answer",
        _ => "pictures put in front (no <image>)",
    };

    private static string Describe(RecordFaultKind kind) => kind switch
    {
        RecordFaultKind.WrongType => "wrong JSON type",
        RecordFaultKind.MissingKey => "key missing",
        RecordFaultKind.DuplicateKey => "key twice",
        RecordFaultKind.InvalidText => "text not valid",
        RecordFaultKind.MissingQuestion => "no question",
        RecordFaultKind.EmptyQuestion => "question blank",
        RecordFaultKind.MissingAnswer => "no answer",
        RecordFaultKind.UnknownQuestionType => "question type unknown",
        RecordFaultKind.MissingImages => "no pictures",
        RecordFaultKind.PlaceholderMismatch => "<image> not one per picture",
        RecordFaultKind.MissingPicture => "picture missing",
        RecordFaultKind.EmptyPicture => "picture empty",
        RecordFaultKind.UnreadablePicture => "picture unreadable",
        _ => "picture outside the root",
    };
}
