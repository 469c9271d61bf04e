namespace DriveKD.World.Scenes;

/// <summary>The weather of a scene.</summary>
public enum Weather
{
    /// <summary>Clear sky.</summary>
    Clear,

    /// <summary>Clouds.</summary>
    Overcast,

    /// <summary>Rain on a wet road.</summary>
    Rain,

    /// <summary>Fog: what is far away fades.</summary>
    Fog,
}
