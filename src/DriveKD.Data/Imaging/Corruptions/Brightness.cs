namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Too much light: the HSV value plus .1, .2, .3, .4 or .5, clipped at 1. As <c>brightness</c> of the package imagecorruptions
/// (Michaelis et al. 2019, after Hendrycks and Dietterich 2019).
/// </summary>
internal static class Brightness
{
    private static readonly double[] _added = [.1, .2, .3, .4, .5];

    /// <summary>Corrupts a picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5.</param>
    public static RgbImage Apply(RgbImage image, int severity)
    {
        double added = _added[severity - 1];
        return HsvPass.Apply(image, color => color with { Value = Math.Clamp(color.Value + added, 0, 1) });
    }
}
