using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>How the tasks' gradients become one update.</summary>
public sealed record GradientSettings
{
    /// <summary>The method.</summary>
    [RecipeKey("How the tasks' gradients become one update; docs/GRADIENTS.md has the formulas", Paper = "asymmetric gradient projection; G1, G2")]
    public GradientMethod Method { get; init; } = GradientMethod.Agp;

    /// <summary>Whether each sample's gradients are combined, or the window's.</summary>
    [RecipeKey("Whether the gradients of each sample are combined, or those of the accumulation window", Paper = "per sample")]
    public CombinationSpan Per { get; init; } = CombinationSpan.Sample;

    /// <summary>In which parameters a projection subtracts.</summary>
    [RecipeKey(
        "Where agp, g1, g2, pcgrad and gradvac subtract: everywhere, or only in parameters that the projected loss reaches; others ignore it",
        Paper = "everywhere; the published trainer: reached")]
    public ProjectionSupport Support { get; init; } = ProjectionSupport.Full;

    /// <summary>Every so many optimizer steps the coefficients are computed anew.</summary>
    [RecipeKey(
        "Every so many optimizer steps the coefficients are computed from one gradient per task; in between, one backward pass of the losses with the last coefficients. 1: every step is exact",
        Paper = "1")]
    [NumberLimits(AtLeast = 1, AtMost = 10_000)]
    public int Refresh { get; init; } = 1;

    /// <summary>In which numbers a task's gradient waits for those of the other tasks.</summary>
    [RecipeKey("In which numbers a task's gradient waits for those of the other tasks: as computed, or rounded to bfloat16, which halves the memory of a float32 model's; each number is then off by at most 0.4 % of itself, and projections are exact for the rounded gradients")]
    public KeptGradients Kept { get; init; } = KeptGradients.Computed;

    /// <summary>CAGrad's radius around the mean gradient, as a share of its norm.</summary>
    [RecipeKey("CAGrad's radius around the mean gradient, as a share of its norm; 0 is the mean itself")]
    [NumberLimits(AtLeast = 0, AtMost = 1)]
    public double CagradC { get; init; } = 0.5;

    /// <summary>How fast GradVac's target cosines follow the observed ones.</summary>
    [RecipeKey("How fast GradVac's target cosines follow the observed ones, per combination")]
    [NumberLimits(AtLeast = 0, AtMost = 1)]
    public double GradvacBeta { get; init; } = 0.01;

    /// <summary>The size that Aligned-MTL gives to all principal components.</summary>
    [RecipeKey("The size that Aligned-MTL gives to all principal components: this statistic of the eigenvalues")]
    public AlignedScale AlignedScale { get; init; } = AlignedScale.Min;
}
