namespace DriveKD.World.Roads;

/// <summary>What a sign says.</summary>
public enum SignKind
{
    /// <summary>Come to rest, then give way.</summary>
    Stop,

    /// <summary>Give way.</summary>
    Yield,
}
