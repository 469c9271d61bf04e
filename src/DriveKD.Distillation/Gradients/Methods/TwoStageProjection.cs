using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// Asymmetric gradient projection of <em>Drive-KD: Multi-Teacher Distillation for VLMs in Autonomous Driving</em> (arXiv 2601.21288),
/// and its stages one by one. With project(u|v) = u - min(0, &lt;u,v&gt;) / max(|v|^2, 1e-20) v, supervision g_ce as the anchor and g_k of
/// the present capabilities:
/// <list type="bullet">
/// <item>stage 1: f_k = project(g_k | g_ce); h_k = g_ce + f_k;</item>
/// <item>stage 2, for each k in a random order: t_k = h_k, then for each other j in that order t_k = project(t_k | h_j);</item>
/// <item>the update is the sum of the t_k.</item>
/// </list>
/// Without any capability the update is supervision alone; without supervision stage 1 does nothing.
/// </summary>
internal static class TwoStageProjection
{
    /// <summary>What a squared norm counts as at least, as in the published trainer.</summary>
    private const double SquareFloor = 1e-20;

    /// <summary>Combines with one of the stages or both.</summary>
    /// <param name="gram">The inner products.</param>
    /// <param name="order">Asked once, for the present capabilities, if there is a second stage.</param>
    /// <param name="hasStage1">Signals give way to supervision.</param>
    /// <param name="hasStage2">Capabilities give way to each other.</param>
    /// <param name="support">Where projections subtract.</param>
    public static Combination Combine(TaskGram gram, ITaskOrder order, bool hasStage1, bool hasStage2, ProjectionSupport support)
    {
        if (gram.Capabilities.Count == 0)
        {
            return new Combination(BlockVector.OfTask(gram.Blocks, gram.Anchor).Coefficients);
        }

        (int stage1, int stage2) = (0, 0);
        BlockVector[] merged = Merge(gram, hasStage1, support, ref stage1);
        IEnumerable<BlockVector> final = hasStage2 ? Symmetric(merged, TaskOrders.Next(order, merged.Length), support, ref stage2) : merged;
        BlockVector update = final.Aggregate((sum, vector) => sum.Plus(vector));
        return new Combination(update.Coefficients, stage1, stage2);
    }

    /// <summary>The first stage: h of each present capability, in their order.</summary>
    /// <param name="gram">The inner products.</param>
    /// <param name="hasStage1">Signals give way to supervision.</param>
    /// <param name="support">Where projections subtract.</param>
    /// <param name="projections">Counts those that took something out.</param>
    public static BlockVector[] Merge(TaskGram gram, bool hasStage1, ProjectionSupport support, ref int projections)
    {
        BlockVector? anchor = gram.Anchor < 0 ? null : BlockVector.OfTask(gram.Blocks, gram.Anchor);
        List<BlockVector> merged = [];
        foreach (int task in gram.Capabilities)
        {
            BlockVector own = BlockVector.OfTask(gram.Blocks, task);
            merged.Add(anchor is null ? own : anchor.Plus(hasStage1 ? own.ProjectedOff(anchor, support, SquareFloor, ref projections) : own));
        }

        return [.. merged];
    }

    /// <summary>The second stage: each is projected off the others as they were before it, in one order for both loops.</summary>
    /// <param name="merged">What <see cref="Merge"/> gave.</param>
    /// <param name="order">Which is taken first, second, ...</param>
    /// <param name="support">Where projections subtract.</param>
    /// <param name="projections">Counts those that took something out.</param>
    /// <returns>The t of each, in the order in which they were taken.</returns>
    public static List<BlockVector> Symmetric(BlockVector[] merged, int[] order, ProjectionSupport support, ref int projections)
    {
        List<BlockVector> final = [];
        foreach (int own in order)
        {
            BlockVector vector = merged[own];
            foreach (int other in order)
            {
                if (other != own)
                {
                    vector = vector.ProjectedOff(merged[other], support, SquareFloor, ref projections);
                }
            }

            final.Add(vector);
        }

        return final;
    }
}
