namespace DriveKD.Runs.Recipes;

/// <summary>The size that Aligned-MTL gives to all principal components: a statistic of the eigenvalues of the Gram matrix.</summary>
public enum AlignedScale
{
    /// <summary>The smallest.</summary>
    Min,

    /// <summary>The median, the lower one of two.</summary>
    Median,

    /// <summary>The mean, so that the components' root mean square size stays.</summary>
    Rmse,
}
