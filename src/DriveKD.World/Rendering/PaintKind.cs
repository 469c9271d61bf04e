namespace DriveKD.World.Rendering;

/// <summary>How a colour takes part in light and weather.</summary>
internal enum PaintKind
{
    /// <summary>Lit by the sky.</summary>
    Matt,

    /// <summary>Lit by the sky, and a mirror when wet.</summary>
    Road,

    /// <summary>Gives light of its own.</summary>
    Lamp,

    /// <summary>The sky.</summary>
    Sky,
}
