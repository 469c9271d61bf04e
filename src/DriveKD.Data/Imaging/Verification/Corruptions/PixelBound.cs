using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Imaging.Verification.Corruptions;

/// <summary>How far a recorded picture may be from this implementation's.</summary>
/// <param name="Worst">The largest difference of a value, in levels.</param>
/// <param name="Share">The share of values that may differ at all.</param>
internal sealed record PixelBound(int Worst, double Share)
{
    /// <summary>
    /// The bounds that an independent computation in double precision reached (golden/corruptions/README.md), shares rounded up. Where they are not
    /// exact, the reference's rounding depends on its libraries' versions and on the processor.
    /// </summary>
    /// <param name="kind">What was done.</param>
    public static PixelBound Of(CorruptionKind kind) => kind switch
    {
        CorruptionKind.Fog or CorruptionKind.Snow or CorruptionKind.ZoomBlur => new(1, .0005),
        CorruptionKind.MotionBlur => new(1, .0005),
        CorruptionKind.LensObstacle => new(1, .01),
        CorruptionKind.WaterSplash => new(3, .12),
        _ => new(0, 0),
    };

    /// <summary>Compares two pictures.</summary>
    /// <param name="comparison">Gets the result, with the share that differs as a remark.</param>
    /// <param name="actual">This implementation's.</param>
    /// <param name="expected">The recorded one.</param>
    public void Compare(Comparison comparison, RgbImage actual, RgbImage expected)
    {
        if (actual.Width != expected.Width || actual.Height != expected.Height)
        {
            comparison.Fail($"{actual.Width} x {actual.Height} pixels, expected {expected.Width} x {expected.Height}");
            return;
        }

        int differing = 0;
        for (int i = 0; i < actual.Pixels.Length; i++)
        {
            differing += actual.Pixels[i] == expected.Pixels[i] ? 0 : 1;
            comparison.Near("value", i, actual.Pixels[i], expected.Pixels[i]);
        }

        double share = (double)differing / actual.Pixels.Length;
        comparison.Remark = FormattableString.Invariant($"{differing} of {actual.Pixels.Length} values differ ({share:P3}; {Share:P2} may)");
        if (share > Share)
        {
            comparison.Fail(comparison.Remark);
        }
    }
}
