namespace DriveKD.Evaluation.Judge;

/// <summary>How a judge replied.</summary>
public enum ReplyForm
{
    /// <summary>With points per criterion, as asked.</summary>
    Structured,

    /// <summary>In the published form, from which only the total is read.</summary>
    Official,
}
