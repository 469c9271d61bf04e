namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Falling snow: normal noise is enlarged, cut off below a threshold and blurred along a falling line; the picture is mixed with a paler
/// grey of itself, and the layer is added as it is and turned by 180 degrees. As <c>snow</c> of the package imagecorruptions, which
/// holds the picture in single and the layer in double precision.
/// </summary>
internal static class Snow
{
    private const double Deviation = .3;

    private static readonly Parameters[] _table =
    [
        new(.1, 3, .5, 10, 4, .8),
        new(.2, 2, .5, 12, 4, .7),
        new(.55, 4, .9, 12, 8, .7),
        new(.55, 4.5, .85, 12, 8, .65),
        new(.55, 2.5, .85, 12, 12, .55),
    ];

    /// <summary>Corrupts a picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="random">Where the noise and the angle come from.</param>
    public static RgbImage Apply(RgbImage image, int severity, CorruptionRandom random)
    {
        double[] normals = new double[image.Width * image.Height];
        for (int i = 0; i < normals.Length; i++)
        {
            normals[i] = random.NextNormal();
        }

        return Apply(image, severity, normals, random.NextDouble(-135, -45));
    }

    /// <summary>Corrupts a picture with noise that is given.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="normals">One standard normal number per pixel.</param>
    /// <param name="angleDegrees">Of the fall.</param>
    public static RgbImage Apply(RgbImage image, int severity, ReadOnlySpan<double> normals, double angleDegrees)
    {
        Parameters parameters = _table[severity - 1];
        byte[] layer = Layer(image.Width, image.Height, parameters, normals, angleDegrees);
        ReadOnlySpan<byte> source = image.Pixels;
        byte[] target = GC.AllocateUninitializedArray<byte>(source.Length);
        ReadOnlySpan<double> unit = Levels.Unit;
        float kept = (float)parameters.Kept;
        float paled = (float)(1 - parameters.Kept);
        for (int pixel = 0; pixel < layer.Length; pixel++)
        {
            int i = 3 * pixel;
            float red = source[i] / 255f;
            float green = source[i + 1] / 255f;
            float blue = source[i + 2] / 255f;
            // OpenCV's grey, whose products and sums are fused; so they are here, on every machine.
            float grey = float.FusedMultiplyAdd(blue, .114f, float.FusedMultiplyAdd(green, .587f, red * .299f));
            float pale = (grey * 1.5f) + .5f;
            double snow = unit[layer[pixel]];
            double turned = unit[layer[layer.Length - 1 - pixel]];
            target[i] = Levels.Truncate(((kept * red) + (paled * Math.Max(red, pale))) + snow + turned);
            target[i + 1] = Levels.Truncate(((kept * green) + (paled * Math.Max(green, pale))) + snow + turned);
            target[i + 2] = Levels.Truncate(((kept * blue) + (paled * Math.Max(blue, pale))) + snow + turned);
        }

        return new RgbImage(image.Width, image.Height, target);
    }

    private static byte[] Layer(int width, int height, Parameters parameters, ReadOnlySpan<double> normals, double angleDegrees)
    {
        double[] noise = new double[normals.Length];
        for (int i = 0; i < noise.Length; i++)
        {
            noise[i] = parameters.Mean + (Deviation * normals[i]);
        }

        // The few pixels that the enlarging yields beyond the picture are cut off after the blur, which reaches into them.
        ZoomAxis columns = new(width, parameters.Zoom, isCut: false);
        ZoomAxis rows = new(height, parameters.Zoom, isCut: false);
        int stride = columns.First.Length;
        double[] flakes = new double[stride * rows.First.Length];
        ClippedZoom.Apply(noise, width, 1, columns, rows, (y, row) =>
        {
            Span<double> target = flakes.AsSpan(y * stride, stride);
            for (int x = 0; x < row.Length; x++)
            {
                target[x] = row[x] < parameters.Threshold ? 0 : Math.Clamp(row[x], 0, 1);
            }
        });

        byte[] layer = new byte[noise.Length];
        MotionKernel kernel = new(stride, rows.First.Length, parameters.Radius, parameters.Sigma, angleDegrees);
        MotionBlurFilter.Apply(flakes, stride, rows.First.Length, 1, kernel, (y, row) =>
        {
            if (y < height)
            {
                Span<byte> target = layer.AsSpan(y * width, width);
                for (int x = 0; x < target.Length; x++)
                {
                    target[x] = (byte)Math.Round(row[x] * 255, MidpointRounding.ToEven);
                }
            }
        });
        return layer;
    }

    private sealed record Parameters(double Mean, double Zoom, double Threshold, int Radius, double Sigma, double Kept);
}
