using System.Globalization;

namespace DriveKD.Runs.Recipes.Schema;

/// <summary>The numbers a key may hold. NaN and infinities are refused everywhere, with or without this attribute.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class NumberLimitsAttribute : Attribute
{
    /// <summary>The smallest number allowed.</summary>
    public double AtLeast { get; init; } = double.NegativeInfinity;

    /// <summary>Only larger numbers are allowed.</summary>
    public double Above { get; init; } = double.NegativeInfinity;

    /// <summary>The largest number allowed.</summary>
    public double AtMost { get; init; } = double.PositiveInfinity;

    /// <summary>Only smaller numbers are allowed.</summary>
    public double Below { get; init; } = double.PositiveInfinity;

    /// <summary>Whether a number is within the limits.</summary>
    /// <param name="number">Any finite number.</param>
    public bool Allows(double number) => number >= AtLeast && number > Above && number <= AtMost && number < Below;

    /// <summary>The limits in words, for example "at least 0 and below 1"; empty where there is none.</summary>
    public override string ToString()
    {
        List<string> parts = [];
        Add("at least", AtLeast);
        Add("above", Above);
        Add("at most", AtMost);
        Add("below", Below);
        return string.Join(" and ", parts);

        void Add(string relation, double limit)
        {
            if (double.IsFinite(limit))
            {
                parts.Add($"{relation} {limit.ToString(CultureInfo.InvariantCulture)}");
            }
        }
    }
}
