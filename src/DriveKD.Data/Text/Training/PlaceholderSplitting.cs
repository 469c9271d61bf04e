namespace DriveKD.Data.Text.Training;

/// <summary>How the question's text is spread around its pictures.</summary>
public enum PlaceholderSplitting
{
    /// <summary>The text between two placeholders stands between their two pictures.</summary>
    Corrected,

    /// <summary>
    /// As the published trainer does it with two or more pictures: it cuts by an expression that also yields the picture paths and
    /// counts them as text, so that paths stand before every second picture and texts move (docs/DISTILL.md names the other differences).
    /// </summary>
    AsReleased,
}
