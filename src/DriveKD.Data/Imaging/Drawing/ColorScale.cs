namespace DriveKD.Data.Imaging.Drawing;

/// <summary>Which weights the two ends of the colour map stand for.</summary>
/// <param name="Low">The dark end: the smallest weight of all pictures.</param>
/// <param name="High">The bright end.</param>
/// <param name="IsClipped">Whether some weights lie above <paramref name="High"/>.</param>
internal readonly record struct ColorScale(float Low, float High, bool IsClipped)
{
    // A few tokens often draw most of the attention; one such sink would leave everything else dark.
    private const double KeptShare = 0.995;
    private const double WorthClipping = 1.5;

    /// <summary>The scale for all pictures of a figure.</summary>
    public static ColorScale Of(IEnumerable<AttentionMap> maps)
    {
        float[] sorted = [.. maps.SelectMany(map => map.Weights).Order()];
        float low = sorted[0];
        float high = sorted[^1];
        float kept = sorted[(int)Math.Ceiling(KeptShare * sorted.Length) - 1];
        bool isClipped = high - low > WorthClipping * (kept - low) && kept > low;
        return new ColorScale(low, isClipped ? kept : high, isClipped);
    }

    /// <summary>A weight's place on the colour map, 0 to 1; the middle where all weights are equal.</summary>
    public float Position(float weight) => High > Low ? Math.Clamp((weight - Low) / (High - Low), 0f, 1f) : 0.5f;
}
