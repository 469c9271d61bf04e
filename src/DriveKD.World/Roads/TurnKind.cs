namespace DriveKD.World.Roads;

/// <summary>How a lane leads over a junction.</summary>
public enum TurnKind
{
    /// <summary>Straight on.</summary>
    Straight,

    /// <summary>To the left.</summary>
    Left,

    /// <summary>To the right.</summary>
    Right,
}
