namespace DriveKD.Data.Samples;

/// <summary>What the coordinates of an object tag count.</summary>
public enum CoordinateUnit
{
    /// <summary>Pixels of the original picture (nuScenes: 1600 x 900).</summary>
    Pixel,

    /// <summary>Fractions of the picture's width and height, 0 to 1.</summary>
    Normalized,
}
