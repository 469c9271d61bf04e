namespace DriveKD.Runs.Reports;

/// <summary>The names in metrics.jsonl that a report looks for (docs/FORMATS.md); any of them may be absent.</summary>
internal static class MetricNames
{
    public const string Supervision = "ce";

    public const string Loss = "loss.";
    public const string Weight = "weight.";
    public const string TaskGradientNorm = "gradient.norm.";
    public const string Cosine = "gradient.cosine.";
    public const string Conflict = "gradient.conflict.";
    public const string Coefficient = "gradient.coefficient.";
    public const string ConflictsBefore = "gradient.conflicts_before";
    public const string ConflictsAfter = "gradient.conflicts_after";
    public const string FirstStage = "gradient.stage1_projections";
    public const string SecondStage = "gradient.stage2_projections";
    public const string CoefficientDrift = "gradient.coefficient_drift";
    public const string DistillationShare = "gradient.distillation_share";
    public const string GradientNorm = "gradient_norm";
    public const string ClipFactor = "clip_factor";
    public const string LearningRate = "learning_rate";
    public const string Samples = "samples";
    public const string Tokens = "tokens";
    public const string StepSeconds = "step_seconds";
    public const string ElapsedSeconds = "elapsed_seconds";
    public const string SamplesPerSecond = "samples_per_second";
    public const string TokensPerSecond = "tokens_per_second";
    public const string Memory = "memory.resident_bytes";
    public const string Skipped = "skipped";
    public const string ValidationLoss = "validation.loss.";
    public const string ExactMatch = "validation.exact_match.";

    /// <summary>Every part of validation together.</summary>
    public const string All = "all";

    /// <summary>The distillation signals, in the order of all tables.</summary>
    public static IReadOnlyList<string> Signals { get; } = ["perception", "reasoning", "planning"];

    /// <summary>Every task, supervision first.</summary>
    public static IReadOnlyList<string> Tasks { get; } = [Supervision, .. Signals];

    /// <summary>Every pair of tasks, in the order of their names' parts.</summary>
    public static IReadOnlyList<(string First, string Second)> Pairs { get; } =
        [.. from first in Enumerable.Range(0, Tasks.Count) from second in Enumerable.Range(first + 1, Tasks.Count - first - 1) select (Tasks[first], Tasks[second])];
}
