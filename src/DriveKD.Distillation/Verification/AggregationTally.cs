using System.Globalization;
using DriveKD.Data.Verification;

namespace DriveKD.Distillation.Verification;

/// <summary>Collects the comparisons of one method over the Gram matrices of one kind.</summary>
/// <param name="kind">The kind.</param>
/// <param name="method">The method as the table names it.</param>
/// <param name="tolerance">The largest allowed difference, relative.</param>
internal sealed class AggregationTally(string kind, string method, double tolerance)
{
    private readonly List<GoldenItem> _items = [];
    private readonly List<string> _failures = [];
    private readonly List<string> _notCompared = [];

    /// <summary>Adds one Gram matrix.</summary>
    /// <param name="name">Its case.</param>
    /// <param name="recorded">The reference's coefficients.</param>
    /// <param name="own">Ours.</param>
    /// <param name="difference">By the method's measure. One that is not a number never passes.</param>
    public void Add(string name, double[] recorded, double[] own, double difference)
    {
        bool passes = difference <= tolerance;
        _items.Add(new GoldenItem(name, recorded.Length, recorded.Zip(own, (first, second) => Math.Abs(first - second)).Max(), difference, passes));
        if (!passes)
        {
            _failures.Add($"{name}: {Text(own)}, expected {Text(recorded)}");
        }
    }

    /// <summary>Notes a Gram matrix that is seen, not compared.</summary>
    /// <param name="reason">Why.</param>
    public void Skip(string reason) => _notCompared.Add(reason);

    /// <summary>The row.</summary>
    public GoldenCheck ToCheck() => new()
    {
        Case = kind,
        Stage = method,
        Compared = _items.Sum(item => item.Compared),
        NotCompared = _notCompared.Count,
        WorstAbsolute = Worst(_items.Select(item => item.WorstAbsolute)),
        WorstRelative = Worst(_items.Select(item => item.WorstRelative)),
        Tolerance = tolerance,
        ToleranceIsRelative = true,
        Passed = _failures.Count == 0,
        Detail = Detail(),
        Items = _items,
    };

    private static double Worst(IEnumerable<double> differences) =>
        differences.Aggregate(0.0, (worst, difference) => double.IsNaN(difference) ? difference : Math.Max(worst, difference));

    private static string Text(double[] values) => $"[{string.Join(", ", values.Select(value => value.ToString("G6", CultureInfo.InvariantCulture)))}]";

    private string? Detail() =>
        _failures.Count > 0 ? _failures[0] + (_failures.Count > 1 ? $"; and {_failures.Count - 1} more" : string.Empty)
        : _notCompared.Count > 0 ? "not compared: " + string.Join("; ", _notCompared.GroupBy(reason => reason).Select(group => $"{group.Count()} x {group.Key}"))
        : null;
}
