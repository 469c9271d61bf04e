using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>Asymmetric gradient projection, both stages (Drive-KD, 2026, arXiv 2601.21288): <see cref="TwoStageProjection"/>.</summary>
/// <param name="support">Where projections subtract.</param>
internal sealed class Agp(ProjectionSupport support) : IGradientMethod
{
    /// <inheritdoc />
    public Combination Combine(TaskGram gram, ITaskOrder order) => TwoStageProjection.Combine(gram, order, hasStage1: true, hasStage2: true, support);
}
