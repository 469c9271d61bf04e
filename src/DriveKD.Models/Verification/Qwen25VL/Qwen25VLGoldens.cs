using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Data.Verification;
using DriveKD.Models.Families;
using DriveKD.Models.Qwen25VL;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>
/// Runs every case of a folder laid out as golden/qwen25vl: checkpoints in CHECKPOINT/, their cases in CHECKPOINT-CASE.safetensors with
/// CHECKPOINT-CASE.json, pictures in images/, and tables of windows, positions, configs, names and checks in other JSON files. What a case
/// compares follows from the tensors and keys it holds, what a table is from its content, neither from its name.
/// </summary>
public static class Qwen25VLGoldens
{
    /// <summary>Whether a folder is laid out like this.</summary>
    /// <param name="folder">Any path.</param>
    public static bool AreIn(string folder) => Directory.Exists(folder) && Qwen25VLFolder.Open(folder).IsOfTheFamily();

    /// <summary>Runs the folder while the rows are enumerated: checkpoint after checkpoint, a case's rows together, then the tables.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="options">Device, choice of cases.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <returns>One row per case and stage. A checkpoint that cannot be opened is a failed row of each of its cases.</returns>
    /// <exception cref="InputException">The folder is not there or holds neither a case nor a table.</exception>
    public static IEnumerable<GoldenCheck> Run(string folder, Qwen25VLGoldenOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new Qwen25VLGoldenOptions();
        if (!Directory.Exists(folder))
        {
            throw new InputException(folder, "is not a folder; checkpoints beside CHECKPOINT-CASE.safetensors are expected.");
        }

        Qwen25VLFolder found = Qwen25VLFolder.Open(folder);
        if (found.Cases.Count == 0 && found.Tables.Count == 0)
        {
            throw new InputException(
                folder, "holds no case; CHECKPOINT-CASE.safetensors with CHECKPOINT-CASE.json beside CHECKPOINT/, or tables, are expected.");
        }

        RecordedCase[] cases = [.. found.Cases.Where(item => options.Wants(item.Name))];
        (string File, TableKind Kind)[] tables = [.. found.Tables.Where(table => options.Wants(table.File))];
        int done = 0;
        void Report(string name) => options.Progress?.Report(new DataProgress(name, done++, cases.Length + tables.Length));
        IEnumerable<GoldenCheck> models = cases.GroupBy(item => item.Checkpoint)
            .SelectMany(group => RunCheckpoint(found, group.Key, [.. group], options.Device, Report, cancellation));
        return models.Concat(tables.SelectMany(table =>
        {
            cancellation.ThrowIfCancellationRequested();
            Report(table.File);
            return RunTable(found, table.File, table.Kind);
        }));
    }

    private static IEnumerable<GoldenCheck> RunCheckpoint(
        Qwen25VLFolder found, string? checkpoint, RecordedCase[] cases, Device device, Action<string> report, CancellationToken cancellation)
    {
        string? problem = "there is no folder of a checkpoint whose name the case's begins with";
        Qwen25VLSubject? subject = checkpoint is null ? null : TryLoad(Path.Combine(found.Path, checkpoint), device, out problem, cancellation);
        using (subject)
        {
            foreach (RecordedCase item in cases)
            {
                cancellation.ThrowIfCancellationRequested();
                report(item.Name);
                IReadOnlyList<GoldenCheck> rows = subject is null
                    ? Qwen25VLCaseRunner.Guard(item.Name, stages => stages[Qwen25VLStages.Load].Fail(problem!))
                    : RunCase(found, subject, item, cancellation);
                foreach (GoldenCheck check in rows)
                {
                    yield return check;
                }
            }
        }
    }

    private static IReadOnlyList<GoldenCheck> RunCase(
        Qwen25VLFolder found, Qwen25VLSubject subject, RecordedCase item, CancellationToken cancellation)
    {
        string? file = found.Tables.Where(table => table.Kind == TableKind.Checks).Select(table => table.File).FirstOrDefault();
        if (file is null)
        {
            return Qwen25VLCaseRunner.Run(subject, item, checks: null, cancellation);
        }

        using GoldenCase checks = OpenTable(found, file);
        // A value of another kind is told by the table's own row.
        bool isObject = checks.Facts.KindOf(item.Name) == JsonValueKind.Object;
        return Qwen25VLCaseRunner.Run(subject, item, isObject ? checks.Facts.Object(item.Name) : null, cancellation);
    }

    private static Qwen25VLSubject? TryLoad(string folder, Device device, out string? problem, CancellationToken cancellation)
    {
        try
        {
            problem = null;
            return Qwen25VLSubject.Load(folder, device, cancellation);
        }
        catch (InputException exception)
        {
            int more = exception.Problems.Count - 1;
            problem = more == 0 ? exception.Message : $"{exception.Problems[0]} (and {more} more problems)";
            return null;
        }
    }

    private static IReadOnlyList<GoldenCheck> RunTable(Qwen25VLFolder found, string file, TableKind kind) => kind == TableKind.Unknown
        ? [UnknownTable(file)]
        : Qwen25VLCaseRunner.Guard(file, stages => CompareTable(found, file, kind, stages));

    private static GoldenCheck UnknownTable(string file)
    {
        StageTally tally = new(Qwen25VLStages.NotCompared, Qwen25VLTolerances.Exact, isRelative: false);
        tally.Skip("a table of unknown form");
        return tally.ToCheck(file);
    }

    private static void CompareTable(Qwen25VLFolder found, string file, TableKind kind, StageTable stages)
    {
        using GoldenCase table = OpenTable(found, file);
        switch (kind)
        {
            case TableKind.Windows:
                WindowTable.Run(table, stages);
                break;
            case TableKind.Positions:
                PositionTable.Run(table, stages);
                break;
            case TableKind.Config:
                ConfigTable.Run(table.Path + ".json", stages, Configs(found));
                table.Facts.Ignore([.. table.Facts.Keys]);
                break;
            case TableKind.TensorNames:
                NameTable.Run(table, stages, Configs(found));
                break;
            case TableKind.Checks:
                CheckTable.Run(table, stages, found);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(kind), kind, "This is no table.");
        }

        foreach (string key in table.Unused.Concat(table.Facts.Unused))
        {
            stages[Qwen25VLStages.NotCompared].Skip(key);
        }
    }

    private static GoldenCase OpenTable(Qwen25VLFolder found, string file) =>
        GoldenCase.Open(file, Path.Combine(found.Path, Path.GetFileNameWithoutExtension(file)));

    /// <summary>The configs of the checkpoints that can be read: one that cannot fails its own cases.</summary>
    private static List<(string Name, Qwen25VLConfig Config)> Configs(Qwen25VLFolder found)
    {
        List<(string Name, Qwen25VLConfig Config)> configs = [];
        foreach (string checkpoint in found.Checkpoints)
        {
            try
            {
                if (ModelConfigReader.Read(Path.Combine(found.Path, checkpoint)) is Qwen25VLConfig config)
                {
                    configs.Add((checkpoint, config));
                }
            }
            catch (InputException)
            {
                // Told where its cases are run.
            }
        }

        return configs;
    }
}
