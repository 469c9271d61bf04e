using System.Globalization;

namespace DriveKD.Models.Checkpoints;

/// <summary>Writes numbers of bytes for people.</summary>
public static class ByteCount
{
    private static readonly string[] _units = ["bytes", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>Three digits and a decimal unit: 1.88 GB.</summary>
    /// <param name="bytes">A number of bytes.</param>
    public static string Format(double bytes)
    {
        int unit = 0;
        while (Math.Abs(bytes) >= 999.5 && unit < _units.Length - 1)
        {
            bytes /= 1000;
            unit++;
        }

        string format = unit == 0 || bytes >= 99.95 ? "0" : bytes >= 9.995 ? "0.0" : "0.00";
        return bytes.ToString(format, CultureInfo.InvariantCulture) + " " + _units[unit];
    }
}
