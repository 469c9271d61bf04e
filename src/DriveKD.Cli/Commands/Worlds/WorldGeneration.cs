using System.Globalization;
using DriveKD.World.Questions;
using DriveKD.World.Questions.Files;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Worlds;

/// <summary>Makes a data set of the driving world and says what can be guessed in it.</summary>
internal sealed class WorldGeneration(Terminal terminal, GenerateRequest request)
{
    /// <summary>Runs.</summary>
    /// <param name="output">The folder to write.</param>
    /// <returns>The exit code.</returns>
    public int Run(string output)
    {
        if (Directory.Exists(output) && !Directory.EnumerateFileSystemEntries(output).Any())
        {
            Directory.Delete(output);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output))) ?? output);
        WorldDataset dataset;
        using (ProgressLine progress = new(terminal))
        {
            dataset = DatasetFiles.Write(output, request.Files, SceneSource.Simulate(request.World, request.Facts), progress, terminal.Interrupted);
        }

        Table parts = new Table().RoundedBorder().AddColumn("part");
        foreach (string column in (string[])["scenes", "questions", "captions", "places", "general", "lessons"])
        {
            parts.AddColumn(new TableColumn(column).RightAligned());
        }

        foreach (WorldSplit split in dataset.Splits)
        {
            int lessons = split.General.Count(question => question.IsTextOnly);
            parts.AddRow([
                split.Name, .. ((int[])[split.Scenes.Count, split.Questions.Count, split.Captions.Count, split.Places.Count, split.General.Count - lessons, lessons]).Select(Number),
            ]);
        }

        terminal.Output.Write(parts);
        Table rates = new Table().RoundedBorder().AddColumn("guessed in the test part").AddColumn("n").AddColumn("most frequent answer").AddColumn("from the text alone");
        foreach ((Data.Samples.Capability capability, TextOnlyRate rate) in dataset.MeasureTextOnly().OrderBy(pair => pair.Key))
        {
            rates.AddRow(capability.ToString().ToLowerInvariant(), Number(rate.Questions), Share(rate.Majority), Share(rate.TextOnly));
        }

        if (rates.Rows.Count > 0)
        {
            terminal.Output.Write(rates);
        }

        terminal.WriteRaw(PlainText.ForTerminal($"written to {output}; {Path.Combine(output, DatasetFiles.Summary)} says what is in it"));
        return ExitCode.Done;
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Share(double value) => value.ToString("0.000", CultureInfo.InvariantCulture);
}
