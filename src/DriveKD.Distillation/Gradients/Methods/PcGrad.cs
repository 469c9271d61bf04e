using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// PCGrad (Yu, Kumar, Gupta, Levine, Hausman and Finn, <em>Gradient Surgery for Multi-Task Learning</em>, NeurIPS 2020): for each task i,
/// t_i = g_i, then for the other tasks j in an order of its own t_i = t_i - min(0, &lt;t_i,g_j&gt;) / |g_j|^2 g_j; the update is the sum of the
/// t_i. All tasks are alike, supervision included. A gradient of 0 neither projects nor is projected. Its projections are counted as
/// those of a symmetric stage, the second.
/// </summary>
/// <param name="support">Where projections subtract.</param>
internal sealed class PcGrad(ProjectionSupport support) : IGradientMethod
{
    /// <inheritdoc />
    public Combination Combine(TaskGram gram, ITaskOrder order) => Combine(gram.Blocks, order);

    /// <summary>Combines the gradients of any number of tasks.</summary>
    /// <param name="blocks">The inner products.</param>
    /// <param name="order">Asked once per task, for the order of all tasks; the task itself is skipped.</param>
    public Combination Combine(IReadOnlyList<GramBlock> blocks, ITaskOrder order)
    {
        BlockVector[] gradients = [.. Enumerable.Range(0, blocks[0].Gram.Size).Select(task => BlockVector.OfTask(blocks, task))];
        BlockVector update = BlockVector.Zero(blocks);
        int projections = 0;
        for (int task = 0; task < gradients.Length; task++)
        {
            BlockVector vector = gradients[task];
            foreach (int other in TaskOrders.Next(order, gradients.Length))
            {
                if (other != task)
                {
                    vector = vector.ProjectedOff(gradients[other], support, floor: 0, ref projections);
                }
            }

            update = update.Plus(vector);
        }

        return new Combination(update.Coefficients, stage2Projections: projections);
    }
}
