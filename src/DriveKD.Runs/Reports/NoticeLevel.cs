namespace DriveKD.Runs.Reports;

/// <summary>How much a notice matters.</summary>
public enum NoticeLevel
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>The result may not be what was meant.</summary>
    Warning,

    /// <summary>The run did not come to its end.</summary>
    Failure,
}
