namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Colours too pale (severities 1 and 2) or too strong: the HSV saturation times a factor plus a constant, clipped to 0..1. As
/// <c>saturate</c> of the package imagecorruptions.
/// </summary>
internal static class Saturate
{
    private static readonly (double Factor, double Added)[] _table = [(.3, 0), (.1, 0), (2, 0), (5, .1), (20, .2)];

    /// <summary>Corrupts a picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5.</param>
    public static RgbImage Apply(RgbImage image, int severity)
    {
        (double factor, double added) = _table[severity - 1];
        return HsvPass.Apply(image, color => color with { Saturation = Math.Clamp((color.Saturation * factor) + added, 0, 1) });
    }
}
