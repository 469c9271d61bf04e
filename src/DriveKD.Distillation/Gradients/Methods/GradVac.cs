using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// GradVac (Wang, Tsvetkov, Firat and Cao, <em>Gradient Vaccine</em>, ICLR 2021): for each task i, t_i = g_i, then for the other tasks j in an
/// order of its own: where the cosine c of t_i and g_j lies below the pair's target s, t_i = t_i + |t_i| (s sqrt(1 - c^2) - c sqrt(1 - s^2))
/// / (|g_j| sqrt(1 - s^2)) g_j, which makes it s; then the target moves, s = (1 - beta) s + beta c. The update is the sum of the t_i.
/// Targets belong to ordered pairs and start at 0, where the step is PCGrad's. A pair with a gradient of 0 has no cosine and is passed over.
/// </summary>
/// <param name="beta">How fast the targets move, 0 to 1.</param>
/// <param name="support">Where a multiple of g_j is added.</param>
internal sealed class GradVac(double beta, ProjectionSupport support) : IGradientMethod, IResumable
{
    // At a target of 1 the formula divides by 0: the gradients would have to become parallel.
    private const double LargestTarget = 1 - 1e-6;

    private readonly Dictionary<(TrainingTask Own, TrainingTask Other), double> _targets = [];

    /// <inheritdoc />
    public Combination Combine(TaskGram gram, ITaskOrder order)
    {
        BlockVector[] gradients = [.. Enumerable.Range(0, gram.Tasks.Count).Select(task => BlockVector.OfTask(gram.Blocks, task))];
        double[] norms = [.. gradients.Select(Norm)];
        BlockVector update = BlockVector.Zero(gram.Blocks);
        int changes = 0;
        for (int task = 0; task < gradients.Length; task++)
        {
            BlockVector vector = gradients[task];
            foreach (int other in TaskOrders.Next(order, gradients.Length))
            {
                double norm = Norm(vector);
                if (other == task || norm == 0 || norms[other] == 0)
                {
                    continue;
                }

                (TrainingTask, TrainingTask) pair = (gram.Tasks[task], gram.Tasks[other]);
                double target = Math.Min(_targets.GetValueOrDefault(pair), LargestTarget);
                double cosine = Math.Clamp(vector.Inner(gradients[other]) / norm / norms[other], -1, 1);
                _targets[pair] = ((1 - beta) * target) + (beta * cosine);
                if (cosine < target)
                {
                    double targetSine = Math.Sqrt(1 - (target * target));
                    double factor = ((target * Math.Sqrt(1 - (cosine * cosine))) - (cosine * targetSine)) / targetSine;
                    vector = vector.Plus(norm / norms[other] * factor, gradients[other], support);
                    changes++;
                }
            }

            update = update.Plus(vector);
        }

        return new Combination(update.Coefficients, stage2Projections: changes);
    }

    /// <inheritdoc />
    public IReadOnlyDictionary<string, double> Save() => _targets.ToDictionary(item => Name(item.Key.Own, item.Key.Other), item => item.Value);

    /// <inheritdoc />
    /// <exception cref="ArgumentException">A name is no pair of tasks, or a number no cosine.</exception>
    public void Restore(IReadOnlyDictionary<string, double> state)
    {
        Dictionary<string, (TrainingTask, TrainingTask)> pairs = Enum.GetValues<TrainingTask>()
            .SelectMany(own => Enum.GetValues<TrainingTask>().Where(other => other != own).Select(other => (own, other)))
            .ToDictionary(pair => Name(pair.own, pair.other));
        foreach ((string name, double value) in state)
        {
            if (!pairs.ContainsKey(name) || !(Math.Abs(value) <= 1))
            {
                throw new ArgumentException($"{name} = {value} is no target cosine of two tasks.", nameof(state));
            }
        }

        _targets.Clear();
        foreach ((string name, double value) in state)
        {
            _targets[pairs[name]] = value;
        }
    }

    private static string Name(TrainingTask own, TrainingTask other) => $"target.{own}.{other}".ToLowerInvariant();

    private static double Norm(BlockVector vector) => Math.Sqrt(Math.Max(0, vector.Inner(vector)));
}
