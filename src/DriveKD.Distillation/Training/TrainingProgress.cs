namespace DriveKD.Distillation.Training;

/// <summary>One optimizer step as it is reported: to the console, to metrics.jsonl and to TensorBoard.</summary>
public sealed record TrainingProgress
{
    /// <summary>Optimizer steps done, from 1.</summary>
    public required int Step { get; init; }

    /// <summary>Optimizer steps of the whole run.</summary>
    public required int TotalSteps { get; init; }

    /// <summary>The epoch the step's samples belong to, from 1.</summary>
    public required int Epoch { get; init; }

    /// <summary>Samples seen since the start.</summary>
    public required long Samples { get; init; }

    /// <summary>
    /// The mean of each unweighted loss over the window's samples in which the task took part; a task that took part in none is left out.
    /// </summary>
    public required IReadOnlyDictionary<TrainingTask, double> Losses { get; init; }

    /// <summary>The learning rate of the step.</summary>
    public required double LearningRate { get; init; }

    /// <summary>Norm of the accumulated gradient that the optimizer received.</summary>
    public required double GradientNorm { get; init; }

    /// <summary>Tokens of the window's samples.</summary>
    public required int Tokens { get; init; }

    /// <summary>Seconds the step took.</summary>
    public required double StepSeconds { get; init; }

    /// <summary>Seconds since training began.</summary>
    public required double ElapsedSeconds { get; init; }

    /// <summary>Samples per second since training began.</summary>
    public double SamplesPerSecond => ElapsedSeconds > 0 ? Samples / ElapsedSeconds : 0;

    /// <summary>Seconds left, if the remaining steps take as long as those before.</summary>
    public double RemainingSeconds => ElapsedSeconds / Step * (TotalSteps - Step);
}
