using System.Globalization;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Metrics;

namespace DriveKD.Runs.Reports;

/// <summary>The numbers of a run that a reader asks for first. What a run does not tell is null or empty.</summary>
public sealed record RunSummary
{
    /// <summary>What the report calls the run.</summary>
    public required string Name { get; init; }

    /// <summary>The run folder.</summary>
    public required string Folder { get; init; }

    /// <summary>What became of the run.</summary>
    public required RunState State { get; init; }

    /// <summary>Whether a run that is marked as running has a process.</summary>
    public required bool IsProcessAlive { get; init; }

    /// <summary>Why it failed or was cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>The student's folder.</summary>
    public string? Student { get; init; }

    /// <summary>The teachers' folders by capability.</summary>
    public required IReadOnlyDictionary<string, string> Teachers { get; init; }

    /// <summary>The record files.</summary>
    public required IReadOnlyList<string> Data { get; init; }

    /// <summary>How the tasks' gradients were combined, in the recipe's words; null where the recipe says nothing.</summary>
    public string? Gradients { get; init; }

    /// <summary>How the losses' weights were found, in the recipe's words; null where the recipe says nothing.</summary>
    public string? Weighting { get; init; }

    /// <summary>The static weights of the losses, as "name value".</summary>
    public required IReadOnlyList<string> Weights { get; init; }

    /// <summary>Optimizer steps done.</summary>
    public required long Steps { get; init; }

    /// <summary>Optimizer steps that were asked for; null where the recipe counts epochs.</summary>
    public long? PlannedSteps { get; init; }

    /// <summary>Epochs that were asked for.</summary>
    public long? PlannedEpochs { get; init; }

    /// <summary>The seed.</summary>
    public string? Seed { get; init; }

    /// <summary>The number format that models computed in.</summary>
    public string? Precision { get; init; }

    /// <summary>The program's version.</summary>
    public string? Version { get; init; }

    /// <summary>The commit that the program was built from.</summary>
    public string? Commit { get; init; }

    /// <summary>The device that computed.</summary>
    public string? Device { get; init; }

    /// <summary>The processor's name.</summary>
    public string? Processor { get; init; }

    /// <summary>When the run was started.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Seconds of training, over all of the run's processes.</summary>
    public double? TrainedSeconds { get; init; }

    /// <summary>The first step after each interruption.</summary>
    public required IReadOnlyList<long> ResumedAt { get; init; }

    /// <summary>Samples seen.</summary>
    public double? Samples { get; init; }

    /// <summary>Samples skipped; null where the run does not count them.</summary>
    public double? Skipped { get; init; }

    /// <summary>Steps with a line in metrics.jsonl.</summary>
    public required int RecordedSteps { get; init; }

    /// <summary>Steps in the first and in the last tenth, over which the losses are compared.</summary>
    public required int TenthSteps { get; init; }

    /// <summary>Each loss in the first and in the last tenth.</summary>
    public required IReadOnlyList<LossChange> Losses { get; init; }

    /// <summary>The best of each validation metric.</summary>
    public required IReadOnlyList<BestValidation> Validation { get; init; }

    /// <summary>The median share of the distillation signals in the update's norm.</summary>
    public double? DistillationShare { get; init; }

    /// <summary>For each signal the median of weight x gradient norm beside the supervision's.</summary>
    public required IReadOnlyDictionary<string, double> SignalRatios { get; init; }

    /// <summary>The last finite value of every metric.</summary>
    public required IReadOnlyDictionary<string, double> FinalValues { get; init; }

    /// <summary>What a reader must not miss.</summary>
    public required IReadOnlyList<Notice> Notices { get; init; }

    /// <summary>Sums a run up.</summary>
    /// <param name="run">The run.</param>
    public static RunSummary Of(RunRecord run)
    {
        ArgumentNullException.ThrowIfNull(run);
        RecipeFacts recipe = run.Recipe;
        SignalStrength strength = SignalStrength.Of(run);
        return new RunSummary
        {
            Name = run.Name,
            Folder = run.Folder,
            State = run.Status.State,
            IsProcessAlive = run.IsProcessAlive,
            Reason = run.Status.Reason,
            Student = recipe.Find("models.student"),
            Teachers = TeachersOf(recipe),
            Data = recipe.FindList("data.records"),
            Gradients = Words(recipe.Section("gradients")),
            Weighting = Words(recipe.Section("weighting")),
            Weights = [.. recipe.Section("weights").Select(entry => $"{entry.Inner} {entry.Value}")],
            Steps = StepsOf(run),
            PlannedSteps = Whole(recipe.Find("train.steps")),
            PlannedEpochs = Whole(recipe.Find("train.epochs")),
            Seed = recipe.Find("seed"),
            Precision = recipe.Find("precision"),
            Version = run.Environment.Version,
            Commit = run.Environment.Commit,
            Device = run.Environment.Device,
            Processor = run.Environment.Processor,
            StartedAt = run.Status.StartedAt,
            EndedAt = run.Status.EndedAt,
            TrainedSeconds = Resumption.TrainedSeconds(run.Log),
            ResumedAt = Resumption.Steps(run),
            Samples = Largest(run, MetricNames.Samples),
            Skipped = Largest(run, MetricNames.Skipped),
            RecordedSteps = run.Log.Rows.Count,
            TenthSteps = LossTenths.Length(run),
            Losses = LossTenths.Compare(run),
            Validation = [.. ValidationMetrics(run).Select(metric => BestValidation.Find(run, metric)).OfType<BestValidation>()],
            DistillationShare = strength.Share,
            SignalRatios = strength.Ratios,
            FinalValues = LastValues(run.Log),
            Notices = Reports.Notices.Find(run),
        };
    }

    /// <summary>Steps done: the status's count, or the last line's where the status has none.</summary>
    internal static long StepsOf(RunRecord run) => run.Status.Steps ?? (run.Log.Rows.Count > 0 ? run.Log.Rows[^1].Step : 0);

    private static IEnumerable<string> ValidationMetrics(RunRecord run)
    {
        string[] parts = [MetricNames.All, .. MetricNames.Signals];
        return from prefix in new[] { MetricNames.ValidationLoss, MetricNames.ExactMatch } from part in parts select prefix + part;
    }

    private static Dictionary<string, string> TeachersOf(RecipeFacts recipe)
    {
        Dictionary<string, string> teachers = [];
        foreach (string capability in MetricNames.Signals)
        {
            if (recipe.Find($"models.teachers.{capability}") is { } folder)
            {
                teachers.Add(capability, folder);
            }
        }

        return teachers;
    }

    private static string? Words(IReadOnlyList<(string Key, string Inner, string Value)> section) =>
        section.Count == 0 ? null : string.Join(", ", section.Select(entry => entry.Inner is "kind" or "method" ? entry.Value : $"{entry.Inner} {entry.Value}"));

    private static long? Whole(string? text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static double? Largest(RunRecord run, string metric) => run.Finite(metric) is { Count: > 0 } values ? values.Max() : null;

    private static SortedDictionary<string, double> LastValues(MetricsLog log)
    {
        Dictionary<string, double> last = [];
        for (int i = log.Rows.Count - 1; i >= 0; i--)
        {
            foreach ((string metric, double value) in log.Rows[i].Values)
            {
                if (double.IsFinite(value))
                {
                    last.TryAdd(metric, value);
                }
            }
        }

        return new SortedDictionary<string, double>(last, StringComparer.Ordinal);
    }
}
