using System.Text;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Text.Verification;

/// <summary>Counts exact comparisons of one stage and keeps the first that fails, described.</summary>
internal sealed class ExactTally
{
    private long _compared;
    private long _mismatches;
    private string? _firstMismatch;

    /// <summary>Whether anything was compared yet.</summary>
    public bool HasCompared => _compared > 0;

    /// <summary>Compares two lists of ids, or of anything else that is compared one by one.</summary>
    /// <param name="item">What the lists belong to, for the message.</param>
    /// <param name="expected">The golden list.</param>
    /// <param name="actual">This implementation's.</param>
    public void CompareLists<T>(string item, IReadOnlyList<T> expected, IReadOnlyList<T> actual)
    {
        _compared += Math.Max(expected.Count, 1);
        int common = Math.Min(expected.Count, actual.Count);
        int differing = Math.Abs(expected.Count - actual.Count);
        int? first = expected.Count == actual.Count ? null : common;
        for (int i = common - 1; i >= 0; i--)
        {
            if (!EqualityComparer<T>.Default.Equals(expected[i], actual[i]))
            {
                differing++;
                first = i;
            }
        }

        if (first is { } position)
        {
            Fail(differing, $"{item}: item {position} of {expected.Count} is {Shown(actual, position)}, expected {Shown(expected, position)}");
        }
    }

    /// <summary>Compares two single values.</summary>
    public void CompareValues<T>(string item, T expected, T actual)
    {
        _compared++;
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            string where = expected is string wanted && actual is string found ? $" (they part at character {PartAt(wanted, found)})" : "";
            Fail(1, $"{item}: found {Quote(actual)}, expected {Quote(expected)}{where}");
        }
    }

    /// <summary>Records something that could not be compared at all.</summary>
    public void Fail(string why)
    {
        _compared++;
        Fail(1, why);
    }

    /// <summary>The row of the table.</summary>
    public GoldenCheck ToCheck(string caseName, string stage) => new()
    {
        Case = caseName,
        Stage = stage,
        Compared = _compared,
        WorstAbsolute = _mismatches,
        Tolerance = 0,
        Passed = _mismatches == 0,
        Detail = _firstMismatch,
    };

    /// <summary>A value as it may stand in a message: short, and in printable characters.</summary>
    public static string Quote(object? value)
    {
        if (value is not string text)
        {
            return value?.ToString() ?? "nothing";
        }

        StringBuilder quoted = new("\"");
        foreach (char character in text.Length > 60 ? text[..60] : text)
        {
            quoted.Append(character is >= ' ' and <= '~' ? character.ToString() : $"\\u{(int)character:x4}");
        }

        return quoted.Append(text.Length > 60 ? "\"..." : "\"").ToString();
    }

    private static string Shown<T>(IReadOnlyList<T> list, int position) => position < list.Count ? Quote(list[position]) : "missing";

    private static int PartAt(string a, string b)
    {
        int position = 0;
        while (position < a.Length && position < b.Length && a[position] == b[position])
        {
            position++;
        }

        return position;
    }

    private void Fail(int count, string description)
    {
        _mismatches += count;
        _firstMismatch ??= description;
    }
}
