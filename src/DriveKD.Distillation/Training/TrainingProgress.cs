using DriveKD.Data.Errors;

namespace DriveKD.Distillation.Training;

/// <summary>One optimizer step, as it is shown and recorded.</summary>
public sealed record TrainingProgress
{
    /// <summary>Optimizer steps done.</summary>
    public required int Step { get; init; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public required int TotalSteps { get; init; }

    /// <summary>The epoch the step's samples belong to, from 1.</summary>
    public int Epoch { get; init; }

    /// <summary>Samples seen since the start.</summary>
    public required long Samples { get; init; }

    /// <summary>
    /// The mean of each unweighted loss over the window's samples in which the task took part; a task that took part in none is left out.
    /// </summary>
    public IReadOnlyDictionary<TrainingTask, double> Losses { get; init; } = new Dictionary<TrainingTask, double>();

    /// <summary>The weight that each loss had in this step.</summary>
    public IReadOnlyDictionary<TrainingTask, double> Weights { get; init; } = new Dictionary<TrainingTask, double>();

    /// <summary>How the task gradients stood to each other; null where this step did not measure them.</summary>
    public UpdateSummary? Update { get; init; }

    /// <summary>The learning rate of the step.</summary>
    public double LearningRate { get; init; }

    /// <summary>Norm of the accumulated gradient before clipping.</summary>
    public double GradientNorm { get; init; }

    /// <summary>What clipping multiplied the gradient with; null where nothing is clipped.</summary>
    public double? ClipFactor { get; init; }

    /// <summary>Samples left out since the start because a loss or gradient was no number.</summary>
    public required long Skipped { get; init; }

    /// <summary>What was left out in this step.</summary>
    public IReadOnlyList<Problem> LeftOut { get; init; } = [];

    /// <summary>What a user should know since the step before, in a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>Tokens of the window's samples.</summary>
    public required int Tokens { get; init; }

    /// <summary>Memory of the process in bytes.</summary>
    public required long ResidentBytes { get; init; }

    /// <summary>Seconds the step took.</summary>
    public required double StepSeconds { get; init; }

    /// <summary>Seconds of training since the start, those before an interruption included.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>Samples per second in the last steps.</summary>
    public required double SamplesPerSecond { get; init; }

    /// <summary>Tokens per second in the last steps.</summary>
    public required double TokensPerSecond { get; init; }

    /// <summary>Seconds left, if the remaining steps take as long as the last ones.</summary>
    public required double RemainingSeconds { get; init; }

    /// <summary>The validation after this step; null where there was none.</summary>
    public ValidationResult? Validation { get; init; }
}
