namespace DriveKD.Data.Samples;

/// <summary>Where an object lies in its picture, in the unit of its tag.</summary>
/// <param name="Left">From the left edge of the picture.</param>
/// <param name="Top">From its top edge.</param>
/// <param name="Right">From the left edge, at least <paramref name="Left"/>.</param>
/// <param name="Bottom">From the top edge, at least <paramref name="Top"/>.</param>
public readonly record struct ObjectBox(double Left, double Top, double Right, double Bottom);
