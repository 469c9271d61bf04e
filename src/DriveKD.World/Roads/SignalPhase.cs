namespace DriveKD.World.Roads;

/// <summary>What a traffic light shows.</summary>
public enum SignalPhase
{
    /// <summary>Stop.</summary>
    Red,

    /// <summary>Stop if possible; red follows.</summary>
    Yellow,

    /// <summary>Go.</summary>
    Green,
}
