namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Smeared from the centre outwards: the picture and its enlargements by 1, 1 + step, 1 + 2 step, ... are averaged. As
/// <c>zoom_blur</c> of the package imagecorruptions, whose sums are in single precision. The numbers of layers are those of NumPy's
/// <c>arange</c>, whose end is open but for rounding.
/// </summary>
internal static class ZoomBlur
{
    private static readonly (int Layers, double Step)[] _table = [(12, .01), (16, .01), (11, .02), (13, .02), (11, .03)];

    /// <summary>Corrupts a picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5.</param>
    public static RgbImage Apply(RgbImage image, int severity)
    {
        (int layers, double step) = _table[severity - 1];
        ReadOnlySpan<byte> pixels = image.Pixels;
        float[] sum = new float[pixels.Length];
        double[] source = new double[pixels.Length];
        for (int i = 0; i < source.Length; i++)
        {
            source[i] = (float)Levels.Unit[pixels[i]];
        }

        int stride = 3 * image.Width;
        for (int layer = 0; layer < layers; layer++)
        {
            double zoom = 1 + (layer * step);
            ZoomAxis columns = new(image.Width, zoom, isCut: true);
            ClippedZoom.Apply(source, stride, 3, columns, new ZoomAxis(image.Height, zoom, isCut: true), (y, row) =>
            {
                Span<float> target = sum.AsSpan(y * stride, stride);
                for (int i = 0; i < row.Length; i++)
                {
                    target[i] += (float)row[i];
                }
            });
        }

        byte[] result = GC.AllocateUninitializedArray<byte>(pixels.Length);
        float count = layers + 1;
        for (int i = 0; i < result.Length; i++)
        {
            float mean = ((float)source[i] + sum[i]) / count;
            result[i] = (byte)(Math.Clamp(mean, 0f, 1f) * 255f);
        }

        return new RgbImage(image.Width, image.Height, result);
    }
}
