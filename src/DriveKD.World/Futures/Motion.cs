namespace DriveKD.World.Futures;

/// <summary>What a picture shows of how an actor moves: by its lamps, its indicators or its posture.</summary>
public enum Motion
{
    /// <summary>A vehicle that drives on, no lamp lit.</summary>
    Moving,

    /// <summary>A vehicle whose brake lights are on.</summary>
    Braking,

    /// <summary>A vehicle that stands with its hazard lights on.</summary>
    Stopped,

    /// <summary>A vehicle whose left indicator is on.</summary>
    SignalsLeft,

    /// <summary>A vehicle whose right indicator is on.</summary>
    SignalsRight,

    /// <summary>Somebody who walks.</summary>
    Walking,

    /// <summary>Somebody on foot who stands, or a thing that does.</summary>
    Standing,
}
