using System.Globalization;
using System.Text.Json;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;
using Spectre.Console;

namespace DriveKD.Cli.Commands.Corrupting;

/// <summary>Corrupts pictures and writes them with a contact sheet and a record; the folder appears whole or not at all.</summary>
internal sealed class CorruptRun(Terminal terminal, CorruptionPlan plan, long seed, PictureForm form)
{
    private const int JpegQuality = 95;
    private const string SheetFile = "contact-sheet.png";
    private const string RecordFile = "corruptions.json";

    private static readonly JsonSerializerOptions _jsonLayout = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private readonly Lock _gate = new();
    private readonly int[] _hits = new int[plan.Kinds.Count];
    private readonly ProblemList _problems = new();
    private long _done;

    /// <summary>Runs.</summary>
    /// <param name="input">A picture or a folder.</param>
    /// <param name="output">The folder to write.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="InputException">Pictures or the output folder are not usable.</exception>
    public int Run(string input, string output)
    {
        PictureFiles files = PictureFiles.Find(input);
        IReadOnlyList<string> names = OutputNames(files);
        RequireFree(output, Directory.Exists(input) ? files.Root : null);
        IReadOnlyList<PictureIdentity> pictures = CameraFrames.Identify(files.Paths);
        SheetBuilder sheet = new(pictures, plan);
        AtomicFolder.Write(output, folder =>
        {
            CorruptAll(files, names, pictures, sheet, folder);
            File.WriteAllBytes(Path.Combine(folder, SheetFile), sheet.Draw(seed));
            File.WriteAllText(Path.Combine(folder, RecordFile), Record(files));
        });
        Report(files, output);
        return ExitCode.Done;
    }

    private void CorruptAll(PictureFiles files, IReadOnlyList<string> names, IReadOnlyList<PictureIdentity> pictures, SheetBuilder sheet, string folder)
    {
        SeedStreams streams = new(seed);
        Corruptor corruptor = new(name => streams.Open(name).NextBits);
        using ProgressLine progress = new(terminal);
        ParallelOptions options = new() { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = terminal.Interrupted };
        try
        {
            Parallel.For(0, files.Paths.Count, options, i =>
            {
                try
                {
                    CorruptOne(files, names[i], pictures[i], i, corruptor, sheet, folder, progress);
                }
                catch (InputException exception)
                {
                    // All unusable pictures come together.
                    lock (_gate)
                    {
                        _problems.AddRange(exception.Problems);
                    }
                }
            });
        }
        catch (AggregateException exception) when (exception.InnerExceptions.Any(inner => inner is OperationCanceledException))
        {
            throw new OperationCanceledException(terminal.Interrupted);
        }

        _problems.ThrowIfAny();
    }

    private void CorruptOne(
        PictureFiles files, string name, PictureIdentity picture, int index, Corruptor corruptor, SheetBuilder sheet, string folder, ProgressLine progress)
    {
        string path = Path.Combine(files.Root, files.Paths[index]);
        RgbImage image = ImageDecoder.Decode(path);
        sheet.Add(index, -1, image, isHit: false);
        for (int kind = 0; kind < plan.Kinds.Count; kind++)
        {
            terminal.Interrupted.ThrowIfCancellationRequested();
            (CorruptionInfo info, int severity) = plan.Kinds[kind];
            CorruptedPicture corrupted = Corrupt(corruptor, image, picture, info, severity, path);
            sheet.Add(index, kind, corrupted.Image, corrupted.IsHit);
            string file = Path.Combine(folder, info.Name, name);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, IsJpeg(name) ? JpegEncoder.Encode(corrupted.Image, JpegQuality) : PngEncoder.Encode(corrupted.Image));
            lock (_gate)
            {
                _hits[kind] += corrupted.IsHit ? 1 : 0;
                progress.Report(new DataProgress($"corrupting, {files.Paths.Count} pictures", ++_done, (long)files.Paths.Count * plan.Kinds.Count));
            }
        }
    }

    private CorruptedPicture Corrupt(Corruptor corruptor, RgbImage image, PictureIdentity picture, CorruptionInfo info, int severity, string path)
    {
        try
        {
            return corruptor.Apply(image, picture, info.Kind, severity, terminal.Interrupted);
        }
        catch (InputException exception)
        {
            throw new InputException([.. exception.Problems.Select(problem => new Problem($"{path}: {info.Name}", problem.ToString()))], exception);
        }
    }

    // Under their own paths; the ending tells the form.
    private IReadOnlyList<string> OutputNames(PictureFiles files)
    {
        ProblemList problems = new();
        Dictionary<string, string> taken = new(StringComparer.OrdinalIgnoreCase);
        List<string> names = [];
        foreach (string path in files.Paths)
        {
            bool isJpeg = form == PictureForm.Jpeg || (form == PictureForm.Auto && IsJpeg(path));
            string name = isJpeg == IsJpeg(path) && (isJpeg || IsPng(path)) ? path : Path.ChangeExtension(path, isJpeg ? ".jpg" : ".png");
            if (!taken.TryAdd(name, path))
            {
                problems.Add(path, $"would be written to {name}, as {taken[name]} would; rename one of them.");
            }

            names.Add(name);
        }

        problems.ThrowIfAny();
        return names;
    }

    private static bool IsJpeg(string path) => Path.GetExtension(path).ToUpperInvariant() is ".JPG" or ".JPEG";

    private static bool IsPng(string path) => Path.GetExtension(path).Equals(".png", StringComparison.OrdinalIgnoreCase);

    private static void RequireFree(string output, string? inputFolder)
    {
        if (inputFolder is not null && (Path.GetFullPath(output) + Path.DirectorySeparatorChar).StartsWith(inputFolder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw new InputException(output, $"lies inside {inputFolder}, whose pictures are read; the next run would corrupt its results again.");
        }

        if (Directory.Exists(output) && !Directory.EnumerateFileSystemEntries(output).Any())
        {
            Directory.Delete(output);
        }

        string parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(output))) ?? output;
        if (!Directory.Exists(parent))
        {
            Directory.CreateDirectory(parent);
        }
    }

    private string Record(PictureFiles files) => JsonSerializer.Serialize(
        new
        {
            Program = $"drivekd {BuildInfo.OfThisProgram.Version}",
            Seed = seed,
            Pictures = files.Paths.Count,
            Kinds = plan.Kinds.Select((kind, index) => new { kind.Info.Name, kind.Severity, Hit = _hits[index] }),
            LeftOut = plan.LeftOut.Select(item => new { item.Info.Name, item.Reason }),
        },
        _jsonLayout);

    private void Report(PictureFiles files, string output)
    {
        Table table = new Table().RoundedBorder().AddColumn("kind").AddColumn("group");
        table.AddColumn(new TableColumn("severity").RightAligned());
        table.AddColumn(new TableColumn("pictures").RightAligned());
        table.AddColumn(new TableColumn("hit").RightAligned());
        for (int i = 0; i < plan.Kinds.Count; i++)
        {
            (CorruptionInfo info, int severity) = plan.Kinds[i];
            table.AddRow(info.Name, info.Group?.ToString() ?? "-", severity == 0 ? "-" : Text(severity), Text(files.Paths.Count), info.Kind == CorruptionKind.Clean ? "-" : Text(_hits[i]));
        }

        terminal.Output.Write(table);
        foreach (IGrouping<string, (CorruptionInfo Info, string Reason)> left in plan.LeftOut.GroupBy(item => item.Reason))
        {
            terminal.WriteRaw(PlainText.ForTerminal($"left out, {left.Count()} kinds: {string.Join(", ", left.Select(item => item.Info.Name))}: {left.Key}"));
        }

        if (files.Others > 0)
        {
            terminal.WriteRaw(string.Create(CultureInfo.InvariantCulture, $"{files.Others} files that are no pictures by their names were passed over"));
        }

        terminal.WriteRaw(PlainText.ForTerminal($"written to {output}; look at {Path.Combine(output, SheetFile)}"));
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
