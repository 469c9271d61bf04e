namespace DriveKD.Runs.Recipes;

/// <summary>How the capabilities follow each other in the order of samples.</summary>
public enum CapabilityOrder
{
    /// <summary>As the shuffle, or the records, have them.</summary>
    Shuffled,

    /// <summary>In turn, so that every window holds them as evenly as possible.</summary>
    Balanced,

    /// <summary>Within an epoch one after the other.</summary>
    Curriculum,
}
