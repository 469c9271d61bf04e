using System.Globalization;

namespace DriveKD.Runs.Reports.Charts;

/// <summary>
/// The colours of lines: those of Okabe and Ito, which people with any colour vision tell apart, darkened for a light page and lightened
/// for a dark one until each stands out from it (contrast of at least 3 to 1, as WCAG 2.1 asks of graphics).
/// </summary>
internal static class Palette
{
    /// <summary>The background of a light page.</summary>
    public const string LightBackground = "#ffffff";

    /// <summary>The background of a dark page.</summary>
    public const string DarkBackground = "#14171c";

    /// <summary>The place of a line that stands for a whole: of an update, of all capabilities.</summary>
    public const int Whole = 6;

    /// <summary>Blue, vermilion, green, purple, orange, sky, grey, olive on a light page.</summary>
    public static IReadOnlyList<string> Light { get; } =
        ["#0072b2", "#d55e00", "#00835f", "#b0478d", "#a87000", "#3a8fc4", "#4d5561", "#80750a"];

    /// <summary>The same on a dark page.</summary>
    public static IReadOnlyList<string> Dark { get; } =
        ["#4aa8e8", "#ff8640", "#2bc795", "#e396c9", "#f0b840", "#9bd3f7", "#c3cad4", "#e6dc52"];

    /// <summary>The class that gives an element a colour.</summary>
    public static string ClassOf(int color) => string.Create(CultureInfo.InvariantCulture, $"c{color % Light.Count}");
}
