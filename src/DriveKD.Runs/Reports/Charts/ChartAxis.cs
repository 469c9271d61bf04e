using System.Globalization;

namespace DriveKD.Runs.Reports.Charts;

/// <summary>Maps values to a stretch of pixels and names round values along it.</summary>
internal sealed class ChartAxis
{
    private readonly double _low;
    private readonly double _high;
    private readonly double _from;
    private readonly double _to;
    private readonly ValueForm _form;

    private ChartAxis(double low, double high, double from, double to, ValueForm form, bool isLogarithmic)
    {
        (Low, High, IsLogarithmic, _from, _to, _form) = (low, high, isLogarithmic, from, to, form);
        (_low, _high) = (Scale(low), Scale(high));
        Ticks = isLogarithmic ? LogarithmicTicks() : LinearTicks(low, high);
    }

    /// <summary>The value at its beginning.</summary>
    public double Low { get; }

    /// <summary>The value at its end.</summary>
    public double High { get; }

    /// <summary>Whether equal distances are equal ratios.</summary>
    public bool IsLogarithmic { get; }

    /// <summary>Round values, rising.</summary>
    public IReadOnlyList<double> Ticks { get; }

    /// <summary>An axis with equal distances, a little longer than its values need.</summary>
    /// <param name="low">The lowest value.</param>
    /// <param name="high">The highest.</param>
    /// <param name="from">The pixel at the beginning.</param>
    /// <param name="to">The pixel at the end.</param>
    /// <param name="form">How values are spelled.</param>
    /// <param name="hasMargin">Whether the axis goes on beyond its values.</param>
    public static ChartAxis Linear(double low, double high, double from, double to, ValueForm form = ValueForm.Number, bool hasMargin = true)
    {
        if (!(high - low > Math.Abs(high) * 1e-9))
        {
            double half = low == 0 ? 0.5 : Math.Abs(low) * 0.1;
            (low, high) = (low - half, high + half);
        }

        double margin = hasMargin ? (high - low) * 0.05 : 0;
        return new ChartAxis(low == 0 ? 0 : low - margin, high == 0 ? 0 : high + margin, from, to, form, isLogarithmic: false);
    }

    /// <summary>An axis with equal ratios.</summary>
    /// <param name="low">The lowest value, above 0.</param>
    /// <param name="high">The highest.</param>
    /// <param name="from">The pixel at the beginning.</param>
    /// <param name="to">The pixel at the end.</param>
    /// <param name="form">How values are spelled.</param>
    public static ChartAxis Logarithmic(double low, double high, double from, double to, ValueForm form = ValueForm.Number) =>
        new(low / 1.15, high * 1.15, from, to, form, isLogarithmic: true);

    /// <summary>The pixel of a value, kept on the axis.</summary>
    public double Position(double value) =>
        _from + (Math.Clamp((Scale(value) - _low) / (_high - _low), 0, 1) * (_to - _from));

    /// <summary>A value in the axis's own words.</summary>
    public string Describe(double value)
    {
        double shown = _form == ValueForm.Percent ? value * 100 : value;
        // Neighbours are spelled alike: not 5e-4 below 0.001.
        bool isSmall = !IsLogarithmic && Math.Max(Math.Abs(Low), Math.Abs(High)) * (_form == ValueForm.Percent ? 100 : 1) < 0.01;
        string text = Math.Abs(shown) switch
        {
            0 => "0",
            < 0.01 when isSmall => shown.ToString("0.##e+0", CultureInfo.InvariantCulture),
            >= 1e15 or < 1e-3 => shown.ToString("0.##e+0", CultureInfo.InvariantCulture),
            >= 1000 => shown.ToString("#,0.#", CultureInfo.InvariantCulture),
            _ => shown.ToString("0.######", CultureInfo.InvariantCulture),
        };
        return _form == ValueForm.Percent ? text + " %" : text;
    }

    private double Scale(double value) => IsLogarithmic ? Math.Log10(value) : value;

    private static List<double> LinearTicks(double low, double high)
    {
        double rough = (high - low) / 5;
        double magnitude = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        double step = magnitude * (rough / magnitude) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 };
        List<double> ticks = [];
        for (double i = Math.Ceiling(low / step); i * step <= high && ticks.Count < 12; i++)
        {
            // Without rounding 3 x 0.1 would be spelled 0.30000000000000004.
            ticks.Add(i == 0 ? 0 : double.Parse((i * step).ToString("G12", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture));
        }

        return ticks;
    }

    private List<double> LogarithmicTicks()
    {
        int first = (int)Math.Floor(_low);
        int last = (int)Math.Ceiling(_high);
        int stride = Math.Max(1, (last - first) / 6);
        double[] digits = last - first > 3 ? [1] : [1, 2, 5];
        return [.. from exponent in Enumerable.Range(first, last - first + 1)
                   where (exponent - first) % stride == 0
                   from digit in digits
                   let value = double.Parse(string.Create(CultureInfo.InvariantCulture, $"{digit}e{exponent}"), CultureInfo.InvariantCulture)
                   where value >= Low && value <= High
                   select value];
    }
}
