namespace DriveKD.Runs.Reports.Charts;

/// <summary>How an axis spells its values.</summary>
internal enum ValueForm
{
    /// <summary>As they are.</summary>
    Number,

    /// <summary>Shares as percentages.</summary>
    Percent,
}
