using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The limits of the rules by which a pre-study proposes layers and signals (docs/PRESTUDY.md has the rules).</summary>
public sealed record ProposalSettings
{
    /// <summary>The greatest dispersion of a stable map.</summary>
    [RecipeKey("Stable: the greatest dispersion of a layer's map across a capability's samples")]
    [NumberLimits(Above = 0, AtMost = 1)]
    public double MaxDispersion { get; init; } = 0.1;

    /// <summary>The least attention to pictures.</summary>
    [RecipeKey("Rich: the least share of text's attention that goes to pictures, as a share of the greatest among the layers")]
    [NumberLimits(AtLeast = 0, AtMost = 1)]
    public double LeastMass { get; init; } = 0.5;

    /// <summary>How near to the best layer others of a range must be.</summary>
    [RecipeKey("Aligned: neighbours of the best layer join it down to this share of its separation of the capability from the others")]
    [NumberLimits(AtLeast = 0, AtMost = 1)]
    public double LeastSeparation { get; init; } = 0.9;

    /// <summary>The least gradient.</summary>
    [RecipeKey("Sufficient: the least gradient of a signal, as a share of the greatest among the layers; only where gradients are measured")]
    [NumberLimits(AtLeast = 0, AtMost = 1)]
    public double LeastGradient { get; init; } = 0.01;

    /// <summary>The worst conflict with supervision.</summary>
    [RecipeKey("Sufficient: the least cosine of a signal's gradient with supervision's; only where gradients are measured")]
    [NumberLimits(AtLeast = -1, AtMost = 1)]
    public double LeastCosine { get; init; } = -0.5;
}
