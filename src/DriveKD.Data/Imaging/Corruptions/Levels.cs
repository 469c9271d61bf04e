namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>Between 8-bit levels and numbers from 0 to 1.</summary>
internal static class Levels
{
    private static readonly double[] _unit = Units();

    /// <summary>level / 255 for each of the 256 levels.</summary>
    public static ReadOnlySpan<double> Unit => _unit;

    /// <summary>A number from 0 to 1, clipped, times 255, its fraction cut off: the published code does not round.</summary>
    public static byte Truncate(double unit) => (byte)(Math.Clamp(unit, 0, 1) * 255);

    private static double[] Units()
    {
        double[] units = new double[256];
        for (int level = 0; level < units.Length; level++)
        {
            units[level] = level / 255.0;
        }

        return units;
    }
}
