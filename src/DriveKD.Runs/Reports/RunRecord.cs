using System.ComponentModel;
using System.Diagnostics;
using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;

namespace DriveKD.Runs.Reports;

/// <summary>A run as its folder told it at one moment. The run may still be writing, or have been killed or resumed.</summary>
public sealed class RunRecord
{
    private readonly Dictionary<string, IReadOnlyList<(long Step, double Value)>> _series = [];

    private RunRecord(string folder, RunStatus status, bool isProcessAlive, RecipeFacts recipe, EnvironmentFacts environment, MetricsLog? log)
    {
        (Folder, Status, IsProcessAlive, Recipe, Environment) = (folder, status, isProcessAlive, recipe, environment);
        HasMetricsFile = log is not null;
        Log = log ?? new MetricsLog { Rows = [] };
        Name = Path.GetFileName(folder);
    }

    /// <summary>The run folder's absolute path.</summary>
    public string Folder { get; }

    /// <summary>What the report calls the run: the folder's own name, or its path where another run of the report has that name.</summary>
    public string Name { get; private set; }

    /// <summary>What became of it.</summary>
    public RunStatus Status { get; }

    /// <summary>Whether the process that wrote the status still runs on this machine.</summary>
    public bool IsProcessAlive { get; }

    /// <summary>Whether the run has begun to write metrics.</summary>
    public bool HasMetricsFile { get; }

    /// <summary>Its metrics; empty where there are none yet.</summary>
    public MetricsLog Log { get; }

    internal RecipeFacts Recipe { get; }

    internal EnvironmentFacts Environment { get; }

    /// <summary>Reads run folders; one that is named twice is read once.</summary>
    /// <param name="folders">At least one run folder.</param>
    /// <exception cref="InputException">Some hold no run or are damaged: all problems at once.</exception>
    public static IReadOnlyList<RunRecord> ReadAll(IReadOnlyList<string> folders)
    {
        List<RunRecord> runs = [];
        List<Problem> problems = [];
        foreach (string folder in folders.Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))).Distinct())
        {
            try
            {
                runs.Add(Read(folder));
            }
            catch (InputException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        foreach (RunRecord run in runs.GroupBy(run => run.Name).Where(group => group.Count() > 1).SelectMany(group => group))
        {
            run.Name = run.Folder;
        }

        return runs;
    }

    /// <summary>A metric over the steps that have it; kept, since many parts of a page ask for it.</summary>
    internal IReadOnlyList<(long Step, double Value)> Series(string metric)
    {
        if (!_series.TryGetValue(metric, out IReadOnlyList<(long Step, double Value)>? series))
        {
            _series.Add(metric, series = Log.Series(metric));
        }

        return series;
    }

    /// <summary>The finite values of a metric over the steps that have one.</summary>
    internal IReadOnlyList<double> Finite(string metric) =>
        [.. Series(metric).Select(point => point.Value).Where(double.IsFinite)];

    private static RunRecord Read(string folder)
    {
        if (!File.Exists(Path.Combine(folder, RunStatus.FileName)))
        {
            string found = Directory.Exists(folder) ? $"has no {RunStatus.FileName}" : File.Exists(folder) ? "is a file" : "is not there";
            throw new InputException(folder, $"is no run folder: it {found}; expected what `drivekd distill` wrote as its output");
        }

        if (Directory.Exists(Path.Combine(folder, RunFolder.AnswersName)))
        {
            throw new InputException(folder, "holds an evaluation, which writes its page itself: report.html in it. This command makes pages of runs that train.");
        }

        RunStatus status = RunStatus.Read(folder);
        string metrics = Path.Combine(folder, "metrics.jsonl");
        return new RunRecord(
            folder,
            status,
            IsAlive(folder, status.ProcessId),
            RecipeFacts.Read(Path.Combine(folder, "recipe.yaml")),
            EnvironmentFacts.Read(Path.Combine(folder, "environment.json")),
            File.Exists(metrics) ? MetricsReader.Read(metrics) : null);
    }

    /// <summary>
    /// Process ids are given out again: a process that began after the status was written is another one.
    /// </summary>
    private static bool IsAlive(string folder, int processId)
    {
        try
        {
            using Process process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime() <= File.GetLastWriteTimeUtc(Path.Combine(folder, RunStatus.FileName));
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return false;
        }
    }
}
