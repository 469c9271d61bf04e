using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Weighting;

/// <summary>The kinds of weighting by name.</summary>
internal static class LossWeightings
{
    /// <summary>A weighting at the start of a run.</summary>
    /// <param name="settings">The kind and its options.</param>
    /// <param name="weights">The static weights; a task with weight 0 is off in every kind.</param>
    /// <param name="overflowsLargeWeights">As the released trainer, whose online weights of about 89 and more become 1e6.</param>
    public static ILossWeighting Create(WeightingSettings settings, LossWeights weights, bool overflowsLargeWeights = false) => settings.Kind switch
    {
        WeightingKind.Static => new StaticWeighting(weights),
        WeightingKind.Ratio => new RatioWeighting(settings, weights),
        WeightingKind.Online => new OnlineReweighting(settings, weights, overflowsLargeWeights),
        WeightingKind.Uncertainty => new UncertaintyWeighting(settings, weights),
        _ => throw new ArgumentOutOfRangeException(nameof(settings), settings.Kind, "unknown weighting"),
    };
}
