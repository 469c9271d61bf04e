using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Gradients;

/// <summary>From task gradients to one update: Gram matrix, weights, coefficients, one weighted sum.</summary>
internal sealed class GradientCombiner
{
    private readonly IGradientMethod _method;
    private readonly ITaskOrder _order;

    /// <param name="method">Gram matrix to coefficients.</param>
    /// <param name="order">The random order of the methods that have one; its stream is its own.</param>
    public GradientCombiner(IGradientMethod method, ITaskOrder order) => (_method, _order) = (method, order);

    /// <summary>Combines.</summary>
    /// <param name="gradients">Unweighted task gradients.</param>
    /// <param name="gram">Their inner products.</param>
    /// <param name="weightOf">The weight of each task's gradient.</param>
    /// <param name="sum">Receives the combined gradient.</param>
    /// <param name="releases">The task gradients are let go on the way, see <see cref="TaskGradients.AddTo"/>.</param>
    public UpdateReport Combine(TaskGradients gradients, TaskGram gram, Func<TrainingTask, double> weightOf, GradientSum sum, bool releases)
    {
        double[] weights = [.. gram.Tasks.Select(weightOf)];
        TaskGram weighted = gram.Weighted(weights);
        Combination combination = _method.Combine(weighted, _order);
        gradients.AddTo(sum, gram, combination, weights, releases);
        return new UpdateReport(gram, weighted, combination, weights);
    }
}
