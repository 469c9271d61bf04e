namespace DriveKD.World;

/// <summary>
/// Which driving world this is. The number grows whenever the same seed would give other scenes, pictures or questions: models that were
/// trained in one world know nothing certain of the next.
/// </summary>
public static class WorldVersion
{
    /// <summary>This program's world.</summary>
    public const int Current = 3;
}
