namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Few bits per colour: only the upper 5 - severity bits of each channel stay, as with Pillow's <c>ImageOps.posterize</c>.
/// Severity 5 would be 0 bits, which today's Pillow refuses; older ones made it black.
/// </summary>
internal static class ColorQuantization
{
    /// <summary>Corrupts a picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 4.</param>
    public static RgbImage Apply(RgbImage image, int severity)
    {
        byte mask = (byte)(0xFF << (8 - (5 - severity)));
        ReadOnlySpan<byte> source = image.Pixels;
        byte[] target = GC.AllocateUninitializedArray<byte>(source.Length);
        for (int i = 0; i < source.Length; i++)
        {
            target[i] = (byte)(source[i] & mask);
        }

        return new RgbImage(image.Width, image.Height, target);
    }
}
