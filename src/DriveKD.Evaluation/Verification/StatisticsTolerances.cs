namespace DriveKD.Evaluation.Verification;

/// <summary>How far statistics may be from recorded ones, and why.</summary>
internal static class StatisticsTolerances
{
    /// <summary>Absolute: a closed formula on both sides.</summary>
    public const double Formula = 1e-12;

    /// <summary>Absolute for correlations, relative for t and its quantiles: sums in another order.</summary>
    public const double Sums = 1e-10;

    /// <summary>Relative, so that tiny p values are compared too: special functions of two libraries, of counts up to some thousands.</summary>
    public const double PValue = 1e-9;

    /// <summary>Absolute: the ends of two bootstraps of 200,000 resamples with different generators.</summary>
    public const double Bootstrap = 1e-3;
}
