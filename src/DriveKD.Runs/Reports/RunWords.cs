using DriveKD.Runs.Folders;

namespace DriveKD.Runs.Reports;

/// <summary>A run in words.</summary>
internal static class RunWords
{
    private const string Unknown = "unknown";

    /// <summary>What was run: "STUDENT learned from TEACHERS."</summary>
    public static string What(RunSummary run)
    {
        string student = run.Student is null ? "A student" : ModelName(run.Student);
        string[] teachers = [.. run.Teachers.GroupBy(teacher => teacher.Value).Select(group => $"{ModelName(group.Key)} ({ReportNumbers.Enumerate([.. group.Select(teacher => teacher.Key)])})")];
        string data = run.Data.Count == 0 ? "" : $" on {ReportNumbers.Enumerate([.. run.Data.Select(file => Path.GetFileName(file))])}";
        return teachers.Length == 0 ? $"{student} was trained{data}." : $"{student} learned from {ReportNumbers.Enumerate(teachers)}{data}.";
    }

    /// <summary>How it ended, in a sentence.</summary>
    public static string End(RunSummary run)
    {
        string steps = Steps(run);
        string time = run.TrainedSeconds is double seconds ? $" in {ReportNumbers.Duration(seconds)}" : "";
        string device = run.Device is null ? "" : $" on {run.Device}";
        return run.State switch
        {
            RunState.Finished => $"It finished {steps}{time}{device}.",
            RunState.Cancelled => $"It was stopped after {steps}{time}{device}.",
            RunState.Failed => $"It failed after {steps}{time}{device}.",
            _ when run.IsProcessAlive => $"It is still running: {steps}{time}{device} so far.",
            _ => $"It ended without a word after {steps}{time}{device}.",
        };
    }

    /// <summary>How it ended, in a word.</summary>
    public static string State(RunSummary run) => run.State switch
    {
        RunState.Finished => "finished",
        RunState.Cancelled => "stopped by the user",
        RunState.Failed => "failed",
        _ => run.IsProcessAlive ? "still running" : "ended without a word",
    };

    /// <summary>Steps done, and how many were asked for.</summary>
    public static string Steps(RunSummary run)
    {
        string done = ReportNumbers.Whole(run.Steps);
        return run.PlannedSteps is long steps ? $"{done} of {ReportNumbers.Whole(steps)} steps"
            : run.PlannedEpochs is long epochs ? $"{done} steps ({ReportNumbers.Whole(epochs)} {(epochs == 1 ? "epoch" : "epochs")} asked for)"
            : $"{done} steps";
    }

    /// <summary>How the gradients were combined.</summary>
    public static string Gradients(RunSummary run) => run.Gradients ?? "weighted sum of the tasks' gradients";

    /// <summary>How the losses were weighted.</summary>
    public static string Weighting(RunSummary run)
    {
        string weights = run.Weights.Count == 0 ? "" : string.Join(", ", run.Weights);
        return run.Weighting is null ? (weights.Length == 0 ? Unknown : $"static: {weights}") : weights.Length == 0 ? run.Weighting : $"{run.Weighting}; weights: {weights}";
    }

    /// <summary>A model by the end of its path; a step of another run by its run too.</summary>
    public static string ModelName(string folder)
    {
        string[] parts = folder.Split(['/', '\\'], StringSplitOptions.RemoveEmptyEntries);
        bool isOfARun = parts.Length > 1 && (parts[^1] == "final" || parts[^1].StartsWith("step-", StringComparison.Ordinal));
        return parts.Length == 0 ? folder : string.Join('/', parts[^(isOfARun ? 2 : 1)..]);
    }

    /// <summary>A validation metric in words.</summary>
    public static string ValidationName(string metric) => metric.StartsWith(MetricNames.ExactMatch, StringComparison.Ordinal)
        ? $"exact match, {metric[MetricNames.ExactMatch.Length..]}"
        : $"cross-entropy, {metric[MetricNames.ValidationLoss.Length..]}";

    /// <summary>A validation metric's value.</summary>
    public static string ValidationNumber(string metric, double value) =>
        metric.StartsWith(MetricNames.ExactMatch, StringComparison.Ordinal) ? ReportNumbers.Percent(value) : ReportNumbers.Short(value);

    /// <summary>A best value with its metric.</summary>
    public static string ValidationValue(BestValidation best) =>
        $"{(best.Metric.StartsWith(MetricNames.ExactMatch, StringComparison.Ordinal) ? "exact match" : "cross-entropy")} {ValidationNumber(best.Metric, best.Value)}";
}
