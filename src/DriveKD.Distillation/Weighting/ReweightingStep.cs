using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Weighting;

/// <summary>
/// The objective of online reweighting over one window, and its gradient: every task's weighted gradient norm shall be its share of
/// the sum of them all. n: mean norms, w: weights, G = w n; targets T = p sum(G) (r / mean(r))^alpha, p the static weights normalised,
/// r the mean loss over its first one; objective sum |G - T|, the sum inside T differentiated too. A pure function.
/// </summary>
internal sealed record ReweightingStep
{
    // The trainer's norms are the root of the sum of squares plus 1e-20: a gradient of 0 has this norm, and its weight a gradient.
    private const double LeastNorm = 1e-10;

    /// <summary>The tasks seen in the window, supervision first.</summary>
    public required IReadOnlyList<TrainingTask> Tasks { get; init; }

    /// <summary>Over all samples of the window.</summary>
    public required IReadOnlyDictionary<TrainingTask, double> MeanLosses { get; init; }

    /// <summary>n, over all samples of the window.</summary>
    public required IReadOnlyDictionary<TrainingTask, double> MeanNorms { get; init; }

    /// <summary>G.</summary>
    public required IReadOnlyDictionary<TrainingTask, double> WeightedNorms { get; init; }

    /// <summary>T.</summary>
    public required IReadOnlyDictionary<TrainingTask, double> Targets { get; init; }

    /// <summary>sum |G - T|.</summary>
    public required double Objective { get; init; }

    /// <summary>The objective's derivatives with respect to the weights.</summary>
    public required IReadOnlyDictionary<TrainingTask, double> Gradients { get; init; }

    /// <summary>The weights after the step, set by who takes it; before they pass through softplus.</summary>
    public IReadOnlyDictionary<TrainingTask, double> NewWeights { get; init; } = new Dictionary<TrainingTask, double>();

    /// <summary>Computes the step.</summary>
    /// <param name="window">The window.</param>
    /// <param name="tasks">The tasks seen.</param>
    /// <param name="weights">The present weights.</param>
    /// <param name="staticWeights">The weights whose shares are aimed at.</param>
    /// <param name="firstLosses">The first mean loss of each task; a first loss of 0 tells nothing, its r counts 1.</param>
    /// <param name="alpha">How strongly a task that learns slower than the others is favoured; 0 not at all.</param>
    public static ReweightingStep Of(
        WindowStatistics window,
        IReadOnlyList<TrainingTask> tasks,
        Func<TrainingTask, double> weights,
        IReadOnlyDictionary<TrainingTask, double> staticWeights,
        IReadOnlyDictionary<TrainingTask, double> firstLosses,
        double alpha)
    {
        Dictionary<TrainingTask, double> losses = tasks.ToDictionary(task => task, window.MeanLoss);
        Dictionary<TrainingTask, double> norms = tasks.ToDictionary(task => task, task => Math.Max(window.MeanGradientNorm(task), LeastNorm));
        Dictionary<TrainingTask, double> weighted = tasks.ToDictionary(task => task, task => weights(task) * norms[task]);
        Dictionary<TrainingTask, double> progress = tasks.ToDictionary(task => task, task => firstLosses[task] > 0 ? losses[task] / firstLosses[task] : 1);
        double meanProgress = progress.Values.Average();
        double sumOfStatic = tasks.Sum(task => staticWeights[task]);
        double sumOfNorms = weighted.Values.Sum();

        // The share of the sum that each task is aimed at.
        Dictionary<TrainingTask, double> shares = tasks.ToDictionary(
            task => task,
            task => staticWeights[task] / sumOfStatic * (alpha == 0 || meanProgress == 0 ? 1 : Math.Pow(progress[task] / meanProgress, alpha)));
        Dictionary<TrainingTask, double> targets = tasks.ToDictionary(task => task, task => shares[task] * sumOfNorms);

        // d/dw_j sum_i |G_i - T_i| = n_j (sign_j - sum_i sign_i share_i), with a sign of 0 where both are equal.
        Dictionary<TrainingTask, int> signs = tasks.ToDictionary(task => task, task => Math.Sign(weighted[task] - targets[task]));
        double common = tasks.Sum(task => signs[task] * shares[task]);
        return new ReweightingStep
        {
            Tasks = tasks,
            MeanLosses = losses,
            MeanNorms = norms,
            WeightedNorms = weighted,
            Targets = targets,
            Objective = tasks.Sum(task => Math.Abs(weighted[task] - targets[task])),
            Gradients = tasks.ToDictionary(task => task, task => norms[task] * (signs[task] - common)),
        };
    }
}
