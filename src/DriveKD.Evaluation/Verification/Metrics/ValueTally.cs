using System.Globalization;
using DriveKD.Data.Verification;

namespace DriveKD.Evaluation.Verification.Metrics;

/// <summary>Compares numbers of one stage within a tolerance and keeps the first that lies outside.</summary>
/// <param name="tolerance">The largest difference.</param>
/// <param name="isRelative">Whether it is relative to the expected value.</param>
internal sealed class ValueTally(double tolerance, bool isRelative)
{
    private long _compared;
    private double _worstAbsolute;
    private double _worstRelative;
    private string? _first;

    public void Compare(string item, double expected, double actual)
    {
        _compared++;
        double absolute = expected.Equals(actual) ? 0 : Math.Abs(expected - actual);
        double relative = absolute == 0 ? 0 : absolute / Math.Abs(expected);
        _worstAbsolute = Larger(_worstAbsolute, absolute);
        _worstRelative = Larger(_worstRelative, relative);
        if (!((isRelative ? relative : absolute) <= tolerance))
        {
            _first ??= string.Create(CultureInfo.InvariantCulture, $"{item}: found {actual:R}, expected {expected:R}");
        }
    }

    public GoldenCheck ToCheck(string caseName, string stage) => new()
    {
        Case = caseName,
        Stage = stage,
        Compared = _compared,
        WorstAbsolute = _worstAbsolute,
        WorstRelative = _worstRelative,
        Tolerance = tolerance,
        ToleranceIsRelative = isRelative,
        Passed = _first is null,
        Detail = _first,
    };

    // A difference that is not a number is the largest.
    private static double Larger(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b);
}
