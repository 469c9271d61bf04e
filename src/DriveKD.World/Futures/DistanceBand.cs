namespace DriveKD.World.Futures;

/// <summary>How far ahead an object is, in three bands.</summary>
public enum DistanceBand
{
    /// <summary>The first band.</summary>
    Near,

    /// <summary>The second.</summary>
    Middle,

    /// <summary>The third.</summary>
    Far,
}
