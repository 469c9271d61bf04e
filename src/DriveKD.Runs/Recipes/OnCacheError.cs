namespace DriveKD.Runs.Recipes;

/// <summary>What to do where the folder of features and targets cannot be used: no permission, a full disk, a file in its place.</summary>
public enum OnCacheError
{
    /// <summary>End the run, with the reason.</summary>
    Stop,

    /// <summary>Say so once, and go on without keeping anything more there; what is there and can be read is read.</summary>
    Bypass,
}
