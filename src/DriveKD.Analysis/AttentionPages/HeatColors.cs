using System.Globalization;
using DriveKD.Data.Imaging.Drawing;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>The colour map as a gradient.</summary>
internal static class HeatColors
{
    private const int Count = 17;

    /// <summary>Colours at equal distances, dark first.</summary>
    public static IReadOnlyList<(byte R, byte G, byte B)> Stops { get; } = [.. Enumerable.Range(0, Count).Select(i => ColorMap.Heat.At(i / (Count - 1f)))];

    /// <summary>The colours as CSS and SVG write them.</summary>
    public static IEnumerable<string> Codes => Stops.Select(stop => string.Create(CultureInfo.InvariantCulture, $"#{stop.R:x2}{stop.G:x2}{stop.B:x2}"));
}
