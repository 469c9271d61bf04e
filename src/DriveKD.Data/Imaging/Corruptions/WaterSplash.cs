namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Water on the lens: white discs, one fifth opaque each, blended one after the other, then the whole picture blurred (Gaussian). Discs lie
/// wholly inside the picture where it is large enough. DriveBench's WaterSplashCorruption.
/// </summary>
internal static class WaterSplash
{
    private static readonly (int Discs, int SmallestRadius, int LargestRadius, int Kernel)[] _table =
        [(10, 5, 15, 7), (20, 10, 20, 15), (30, 15, 25, 21), (40, 20, 30, 31), (50, 25, 35, 51)];

    /// <summary>Corrupts a picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="random">Where the discs come from.</param>
    public static RgbImage Apply(RgbImage image, int severity, CorruptionRandom random)
    {
        (int count, int smallest, int largest, _) = _table[severity - 1];
        Disc[] discs = new Disc[count];
        for (int i = 0; i < count; i++)
        {
            int radius = random.NextInt(smallest, largest);
            discs[i] = new Disc(Place(image.Width, radius, random), Place(image.Height, radius, random), radius);
        }

        return Apply(image, severity, discs);
    }

    /// <summary>Corrupts a picture with discs that are given.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="severity">1 to 5, for the blur.</param>
    /// <param name="discs">In order.</param>
    public static RgbImage Apply(RgbImage image, int severity, ReadOnlySpan<Disc> discs)
    {
        // round(0.2 * 255 + 0.8 v); 0.8 v never ends in .5.
        Span<byte> paler = stackalloc byte[256];
        for (int level = 0; level < paler.Length; level++)
        {
            paler[level] = (byte)Math.Round(51 + (0.8 * level));
        }

        byte[] pixels = [.. image.Pixels];
        foreach (Disc disc in discs)
        {
            for (int row = Math.Max(disc.Y - disc.Radius, 0); row <= Math.Min((long)disc.Y + disc.Radius, image.Height - 1); row++)
            {
                int half = disc.HalfWidth(row - disc.Y);
                int first = Math.Max(disc.X - half, 0);
                int last = Math.Min(disc.X + half, image.Width - 1);
                if (last < first)
                {
                    continue;
                }

                foreach (ref byte level in pixels.AsSpan(3 * ((row * image.Width) + first), 3 * (last - first + 1)))
                {
                    level = paler[level];
                }
            }
        }

        return GaussianBlur.Apply(new RgbImage(image.Width, image.Height, pixels), _table[severity - 1].Kernel);
    }

    private static int Place(int side, int radius, CorruptionRandom random) =>
        side > 2 * radius ? random.NextInt(radius, side - radius) : random.NextInt(0, side - 1);
}
