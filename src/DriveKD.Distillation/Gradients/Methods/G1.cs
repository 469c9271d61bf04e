using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// Stage 1 of asymmetric gradient projection alone, "G1" in the paper (Drive-KD, 2026, arXiv 2601.21288): the update is the sum over
/// capabilities of g_ce + project(g_k | g_ce). See <see cref="TwoStageProjection"/>.
/// </summary>
/// <param name="support">Where projections subtract.</param>
internal sealed class G1(ProjectionSupport support) : IGradientMethod
{
    /// <inheritdoc />
    public Combination Combine(TaskGram gram, ITaskOrder order) => TwoStageProjection.Combine(gram, order, hasStage1: true, hasStage2: false, support);
}
