using System.Globalization;
using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Tests.Reports.Charts;

public sealed class PaletteTests
{
    /// <summary>WCAG 2.1, success criterion 1.4.11, for graphics.</summary>
    private const double LeastContrast = 3;

    [Fact]
    public void Colours_OnTheirBackground_StandOut()
    {
        Assert.Equal(Palette.Light.Count, Palette.Dark.Count);
        Assert.All(Palette.Light, color => Assert.InRange(Contrast(color, Palette.LightBackground), LeastContrast, 21));
        Assert.All(Palette.Dark, color => Assert.InRange(Contrast(color, Palette.DarkBackground), LeastContrast, 21));
    }

    private static double Contrast(string a, string b)
    {
        double[] luminances = [.. new[] { Luminance(a), Luminance(b) }.Order()];
        return (luminances[1] + 0.05) / (luminances[0] + 0.05);
    }

    /// <summary>Relative luminance of sRGB.</summary>
    private static double Luminance(string color)
    {
        double[] linear = [.. Enumerable.Range(0, 3)
            .Select(i => int.Parse(color.AsSpan(1 + (2 * i), 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(value => value <= 0.04045 ? value / 12.92 : Math.Pow((value + 0.055) / 1.055, 2.4))];
        return (0.2126 * linear[0]) + (0.7152 * linear[1]) + (0.0722 * linear[2]);
    }
}
