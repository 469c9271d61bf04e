using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// Stage 2 of asymmetric gradient projection alone, "G2" in the paper (Drive-KD, 2026, arXiv 2601.21288): h_k = g_ce + g_k, then each h_k is
/// projected off the others. See <see cref="TwoStageProjection"/>.
/// </summary>
/// <param name="support">Where projections subtract.</param>
internal sealed class G2(ProjectionSupport support) : IGradientMethod
{
    /// <inheritdoc />
    public Combination Combine(TaskGram gram, ITaskOrder order) => TwoStageProjection.Combine(gram, order, hasStage1: false, hasStage2: true, support);
}
