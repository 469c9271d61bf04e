namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>Changes every pixel of a picture in HSV.</summary>
internal static class HsvPass
{
    /// <summary>Makes a new picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="change">From a pixel's colour to its new one.</param>
    public static RgbImage Apply(RgbImage image, Func<HsvColor, HsvColor> change)
    {
        ReadOnlySpan<byte> source = image.Pixels;
        byte[] target = GC.AllocateUninitializedArray<byte>(source.Length);
        ReadOnlySpan<double> unit = Levels.Unit;
        for (int i = 0; i + 2 < source.Length; i += 3)
        {
            HsvColor color = HsvColor.FromRgb(unit[source[i]], unit[source[i + 1]], unit[source[i + 2]]);
            (double red, double green, double blue) = change(color).ToRgb();
            target[i] = Levels.Truncate(red);
            target[i + 1] = Levels.Truncate(green);
            target[i + 2] = Levels.Truncate(blue);
        }

        return new RgbImage(image.Width, image.Height, target);
    }
}
