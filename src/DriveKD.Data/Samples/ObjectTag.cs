using System.Globalization;
using System.Text.RegularExpressions;

namespace DriveKD.Data.Samples;

/// <summary>An object as the records name it, for example <c>&lt;c1,CAM_FRONT,767.5,513.3&gt;</c>: its number, the camera, its centre.</summary>
/// <param name="Id">The object's name within its key frame (c1).</param>
/// <param name="Camera">The camera in whose picture it is seen.</param>
/// <param name="X">From the left edge, in <paramref name="Unit"/>.</param>
/// <param name="Y">From the top edge, in <paramref name="Unit"/>.</param>
/// <param name="Unit">What X and Y count.</param>
public sealed partial record ObjectTag(string Id, string Camera, double X, double Y, CoordinateUnit Unit)
{
    /// <summary>Where it lies, in <see cref="Unit"/>; null where the records give the centre alone (all but DriveLM's <c>2d_bbox</c>).</summary>
    public ObjectBox? Box { get; init; }

    /// <summary>Finds the tags in a text, in order.</summary>
    /// <param name="text">A question or an answer.</param>
    /// <param name="unit">
    /// What the coordinates count where the layout says so (DriveLM: pixels). Null: a tag with both coordinates in 0..1 is
    /// normalized, any other counts pixels; Drive-KD and DriveBench files hold both kinds.
    /// </param>
    /// <returns>The tags; what merely resembles a tag is left to the text.</returns>
    public static IReadOnlyList<ObjectTag> FindAll(string text, CoordinateUnit? unit = null)
    {
        if (!text.Contains("<c", StringComparison.Ordinal))
        {
            return [];
        }

        List<ObjectTag> tags = [];
        foreach (Match match in Pattern().Matches(text))
        {
            double x = double.Parse(match.Groups["x"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture);
            double y = double.Parse(match.Groups["y"].ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture);
            if (double.IsFinite(x) && double.IsFinite(y))
            {
                CoordinateUnit found = unit ?? (x is >= 0 and <= 1 && y is >= 0 and <= 1 ? CoordinateUnit.Normalized : CoordinateUnit.Pixel);
                tags.Add(new ObjectTag(match.Groups["id"].Value, match.Groups["camera"].Value, x, y, found));
            }
        }

        return tags;
    }

    [GeneratedRegex(
        @"<(?<id>c[0-9]*)\s*,\s*(?<camera>CAM_[A-Z_]+)\s*,\s*(?<x>-?[0-9]+(\.[0-9]+)?)\s*,\s*(?<y>-?[0-9]+(\.[0-9]+)?)\s*>",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Pattern();
}
