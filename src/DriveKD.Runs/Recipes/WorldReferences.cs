namespace DriveKD.Runs.Recipes;

/// <summary>How questions of the driving world name objects.</summary>
public enum WorldReferences
{
    /// <summary>By words.</summary>
    Words,

    /// <summary>By object tags.</summary>
    Tags,

    /// <summary>By both.</summary>
    Both,
}
