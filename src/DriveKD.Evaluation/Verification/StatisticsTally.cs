using System.Globalization;
using DriveKD.Data.Verification;

namespace DriveKD.Evaluation.Verification;

/// <summary>Collects the comparisons of one statistic over the cases of one section.</summary>
/// <param name="section">The section of the table.</param>
/// <param name="statistic">What is compared.</param>
/// <param name="tolerance">The largest allowed difference.</param>
/// <param name="isRelative">The tolerance bounds the relative difference.</param>
internal sealed class StatisticsTally(string section, string statistic, double tolerance, bool isRelative)
{
    private readonly List<GoldenItem> _items = [];
    private readonly List<string> _failures = [];
    private readonly List<string> _notCompared = [];

    /// <summary>The statistic's name.</summary>
    public string Statistic => statistic;

    /// <summary>Adds one value.</summary>
    /// <param name="name">Its case.</param>
    /// <param name="recorded">The reference's; null where it is not defined.</param>
    /// <param name="own">Ours; null where it is not defined.</param>
    public void Add(string name, double? recorded, double? own)
    {
        double absolute = recorded is null && own is null ? 0 : Math.Abs(recorded - own ?? double.PositiveInfinity);
        double size = Math.Max(Math.Abs(recorded ?? 0), Math.Abs(own ?? 0));

        // Where an absolute tolerance decides, a number below it is as good as 0, of which nothing is a share.
        double relative = absolute == 0 || (!isRelative && size <= tolerance) ? 0 : absolute / size;
        bool passes = (isRelative ? relative : absolute) <= tolerance;
        _items.Add(new GoldenItem(name, 1, absolute, relative, passes));
        if (!passes)
        {
            _failures.Add($"{name}: {Text(own)}, expected {Text(recorded)}");
        }
    }

    /// <summary>Notes a case that is seen, not compared.</summary>
    /// <param name="reason">Why.</param>
    public void Skip(string reason) => _notCompared.Add(reason);

    /// <summary>The row.</summary>
    public GoldenCheck ToCheck() => new()
    {
        Case = section,
        Stage = statistic,
        Compared = _items.Count,
        NotCompared = _notCompared.Count,
        WorstAbsolute = _items.Select(item => item.WorstAbsolute).DefaultIfEmpty().Max(),
        WorstRelative = _items.Select(item => item.WorstRelative).DefaultIfEmpty().Max(),
        Tolerance = tolerance,
        ToleranceIsRelative = isRelative,
        Passed = _failures.Count == 0,
        Detail = Detail(),
        Items = _items,
    };

    private static string Text(double? value) => value?.ToString("G12", CultureInfo.InvariantCulture) ?? "not defined";

    private string? Detail() =>
        _failures.Count > 0 ? _failures[0] + (_failures.Count > 1 ? $"; and {_failures.Count - 1} more" : string.Empty)
        : _notCompared.Count > 0 ? "not compared: " + string.Join("; ", _notCompared.GroupBy(reason => reason).Select(group => $"{group.Count()} x {group.Key}"))
        : null;
}
