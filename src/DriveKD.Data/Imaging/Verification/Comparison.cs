using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>Gathers the differences of one stage of one case into one <see cref="GoldenCheck"/>.</summary>
internal sealed class Comparison
{
    private readonly string _case;
    private readonly string _stage;
    private readonly double _tolerance;
    private long _compared;
    private long _failures;
    private double _worstAbsolute;
    private double _worstRelative;
    private string? _firstFailure;

    /// <summary>Starts with nothing compared.</summary>
    /// <param name="caseName">The case as its golden file names it.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="tolerance">The absolute difference allowed in values without a tolerance of their own; 0 for exact ones.</param>
    public Comparison(string caseName, string stage, double tolerance = 0)
    {
        (_case, _stage, _tolerance) = (caseName, stage, tolerance);
    }

    /// <summary>What to say although everything agrees.</summary>
    public string? Remark { get; set; }

    /// <summary>Runs a comparison; bad input, such as a missing picture or an impossible size, becomes its failure.</summary>
    /// <param name="caseName">The case as its golden file names it.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="tolerance">As in the constructor.</param>
    /// <param name="compare">Compares.</param>
    public static GoldenCheck Run(string caseName, string stage, double tolerance, Action<Comparison> compare)
    {
        Comparison comparison = new(caseName, stage, tolerance);
        try
        {
            compare(comparison);
        }
        catch (Exception exception) when (exception is InputException or ArgumentException or ArithmeticException or IOException or UnauthorizedAccessException)
        {
            // One case's impossible numbers or unreadable file must not hide the other cases.
            comparison.Fail(exception.Message);
        }

        return comparison.ToCheck();
    }

    /// <summary>Counts as compared and different.</summary>
    /// <param name="what">What differs, or why nothing could be compared.</param>
    public void Fail(string what)
    {
        _failures++;
        _firstFailure ??= what;
    }

    /// <summary>Two things that must be equal and have no distance.</summary>
    /// <typeparam name="T">Compared by its own equality.</typeparam>
    public void Same<T>(string what, T actual, T expected)
    {
        _compared++;
        if (!EqualityComparer<T>.Default.Equals(actual, expected))
        {
            Fail(string.Create(CultureInfo.InvariantCulture, $"{what}: {actual}, expected {expected}"));
        }
    }

    /// <summary>Two numbers that may differ by the tolerance of the stage.</summary>
    /// <param name="where">What is compared.</param>
    /// <param name="index">Which of them; not shown where negative.</param>
    /// <param name="actual">This implementation's.</param>
    /// <param name="expected">The golden's.</param>
    public void Near(string where, int index, double actual, double expected)
    {
        _compared++;
        double difference = Math.Abs(actual - expected);
        if (!(difference <= _worstAbsolute))
        {
            _worstAbsolute = difference;
        }

        if (expected != 0 && !(difference / Math.Abs(expected) <= _worstRelative))
        {
            _worstRelative = difference / Math.Abs(expected);
        }

        if (!(difference <= _tolerance))
        {
            FailNumber(where, index, actual, expected);
        }
    }

    /// <summary>A derived number, such as a mean, with a tolerance of its own; it does not count towards the worst difference.</summary>
    public void Derived(string where, int index, double actual, double expected, double tolerance)
    {
        _compared++;
        if (!(Math.Abs(actual - expected) <= tolerance))
        {
            FailNumber(where, index, actual, expected);
        }
    }

    /// <summary>The row of the table.</summary>
    public GoldenCheck ToCheck()
    {
        string more = _failures > 1 ? string.Create(CultureInfo.InvariantCulture, $" (and {_failures - 1} more)") : string.Empty;
        return new()
        {
            Case = _case,
            Stage = _stage,
            Compared = _compared,
            WorstAbsolute = _worstAbsolute,
            WorstRelative = _worstRelative,
            Tolerance = _tolerance,
            Passed = _failures == 0 && (_compared > 0 || Remark is not null),
            Detail = _firstFailure is not null ? _firstFailure + more : _compared > 0 ? Remark : Remark ?? "nothing was compared",
        };
    }

    private void FailNumber(string where, int index, double actual, double expected) =>
        Fail(string.Create(CultureInfo.InvariantCulture, $"{where}{(index < 0 ? string.Empty : $" {index}")}: {actual:R}, expected {expected:R}"));
}
