namespace DriveKD.Runs.Recipes;

/// <summary>How the weights of the losses come about.</summary>
public enum WeightingKind
{
    /// <summary>The weights of the recipe, from beginning to end.</summary>
    Static,

    /// <summary>Each signal's weighted gradient is a given multiple of supervision's, measured in the first steps.</summary>
    Ratio,

    /// <summary>Learned while training so that each weighted gradient keeps its static share, as in the authors' trainer.</summary>
    Online,

    /// <summary>Learned as each task's noise (Kendall, Gal and Cipolla, 2018).</summary>
    Uncertainty,
}
