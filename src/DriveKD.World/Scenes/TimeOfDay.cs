namespace DriveKD.World.Scenes;

/// <summary>The light of a scene.</summary>
public enum TimeOfDay
{
    /// <summary>Daylight.</summary>
    Day,

    /// <summary>Low sun.</summary>
    Dusk,

    /// <summary>Night: lamps and street lights.</summary>
    Night,
}
