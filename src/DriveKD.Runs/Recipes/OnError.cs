namespace DriveKD.Runs.Recipes;

/// <summary>What to do with a faulty record or a missing picture.</summary>
public enum OnError
{
    /// <summary>Report every fault and do not start.</summary>
    Stop,

    /// <summary>Leave the sample out, count it and report the counts.</summary>
    SkipAndCount,
}
