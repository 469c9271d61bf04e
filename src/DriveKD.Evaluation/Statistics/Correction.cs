namespace DriveKD.Evaluation.Statistics;

/// <summary>How p values of many comparisons are corrected.</summary>
public enum Correction
{
    /// <summary>Holm: against a single wrong finding.</summary>
    Holm,

    /// <summary>Benjamini and Hochberg: against too large a share of wrong findings.</summary>
    BenjaminiHochberg,
}
