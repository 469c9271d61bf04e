using System.Globalization;
using DriveKD.Data.Verification;
using DriveKD.Models.Checkpoints;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification;

/// <summary>Collects the comparisons of one stage of one case. A value that is not a number never passes.</summary>
public sealed class StageTally
{
    private readonly string _stage;
    private readonly double _tolerance;
    private readonly bool _isRelative;
    private readonly List<GoldenItem> _items = [];
    private readonly List<(string? Item, string What)> _failures = [];
    private readonly Dictionary<string, double> _values = [];
    private readonly Dictionary<string, float[]> _vectors = [];
    private readonly List<string> _notCompared = [];
    private long _compared;
    private double _worstAbsolute;
    private double _worstRelative;

    /// <summary>An empty tally.</summary>
    /// <param name="stage">The stage's name.</param>
    /// <param name="tolerance">The largest allowed difference; 0 for exact comparisons.</param>
    /// <param name="isRelative">It bounds the difference over the largest magnitude of the tensor.</param>
    public StageTally(string stage, double tolerance, bool isRelative) => (_stage, _tolerance, _isRelative) = (stage, tolerance, isRelative);

    /// <summary>Nothing was compared, missed or failed.</summary>
    public bool IsEmpty => _compared == 0 && _failures.Count == 0 && _notCompared.Count == 0;

    /// <summary>Compares two tensors of any dtype and device; unequal shapes fail with both.</summary>
    /// <param name="item">What is compared.</param>
    /// <param name="expected">As recorded.</param>
    /// <param name="actual">As computed.</param>
    public void Near(string item, Tensor expected, Tensor actual)
    {
        if (!expected.shape.AsSpan().SequenceEqual(actual.shape))
        {
            _compared++;
            Fail($"{item}: the shape is {TensorShape.Format(actual.shape)}, expected {TensorShape.Format(expected.shape)}");
            _items.Add(new GoldenItem(item, 0, double.NaN, double.NaN, Passed: false));
            return;
        }

        Near(item, TensorValues.Floats(expected), TensorValues.Floats(actual), expected.shape);
    }

    /// <summary>Compares two single numbers.</summary>
    /// <param name="item">What is compared.</param>
    /// <param name="expected">As recorded.</param>
    /// <param name="actual">As computed.</param>
    public void Near(string item, double expected, double actual) => Near(item, expected, actual, Math.Abs(expected));

    /// <summary>Compares two single numbers, of which differences up to a share of a larger quantity mean nothing: an inner product, a coefficient.</summary>
    /// <param name="item">What is compared.</param>
    /// <param name="expected">As recorded.</param>
    /// <param name="actual">As computed.</param>
    /// <param name="scale">What a relative difference is relative to.</param>
    public void Near(string item, double expected, double actual, double scale)
    {
        _values[item] = actual;
        Add(item, 1, Math.Abs(actual - expected), scale, () => $"{item}: {Text(actual)}, expected {Text(expected)}");
    }

    /// <summary>Compares two vectors as a whole: the norm of their difference, relative to that of the recorded one. Unequal shapes fail with both.</summary>
    /// <param name="item">What is compared.</param>
    /// <param name="expected">As recorded.</param>
    /// <param name="actual">As computed.</param>
    /// <param name="mayBeRounding">Whether <see cref="LeaveOutRounding"/> looks at it too; it is then kept.</param>
    public void NearInNorm(string item, Tensor expected, Tensor actual, bool mayBeRounding = false)
    {
        if (!expected.shape.AsSpan().SequenceEqual(actual.shape))
        {
            Near(item, expected, actual);
            return;
        }

        (float[] recorded, float[] own) = (TensorValues.Floats(expected), TensorValues.Floats(actual));
        if (mayBeRounding)
        {
            _vectors[item] = own;
        }

        double norm = Math.Sqrt(recorded.Sum(value => (double)value * value));
        double difference = Distance(recorded, own);
        Add(item, expected.numel(), difference, norm, () => string.Create(
            CultureInfo.InvariantCulture, $"{item}: differs by {difference:0.0e+0} in norm, the recorded one has {Text(norm)}"));
    }

    /// <summary>Compares two lists of numbers; unequal lengths fail with both.</summary>
    /// <param name="item">What is compared.</param>
    /// <param name="expected">As recorded.</param>
    /// <param name="actual">As computed.</param>
    public void Near(string item, float[] expected, float[] actual)
    {
        if (expected.Length != actual.Length)
        {
            _compared++;
            Fail($"{item}: {actual.Length} values, expected {expected.Length}");
            return;
        }

        Near(item, expected, actual, [expected.Length]);
    }

    /// <summary>Compares two lists item by item, exactly; the difference is the number of items that differ.</summary>
    /// <typeparam name="T">The items' type.</typeparam>
    /// <param name="item">What is compared.</param>
    /// <param name="expected">As recorded.</param>
    /// <param name="actual">As computed.</param>
    public void SameItems<T>(string item, IReadOnlyList<T> expected, IReadOnlyList<T> actual)
    {
        int longer = Math.Max(expected.Count, actual.Count);
        _compared += Math.Max(longer, 1);
        int[] differing = [.. Enumerable.Range(0, longer).Where(i =>
            i >= expected.Count || i >= actual.Count || !EqualityComparer<T>.Default.Equals(expected[i], actual[i]))];
        _worstAbsolute += differing.Length;
        if (differing.Length > 0)
        {
            int first = differing[0];
            Fail($"{item}: item {first} is {Shown(actual, first)}, expected {Shown(expected, first)}"
                + (differing.Length > 1 ? string.Create(CultureInfo.InvariantCulture, $"; {differing.Length} of {longer} differ") : string.Empty));
        }

        _items.Add(new GoldenItem(item, longer, differing.Length, 0, differing.Length == 0));
    }

    /// <summary>Compares two single values exactly.</summary>
    /// <typeparam name="T">Their type.</typeparam>
    /// <param name="item">What is compared.</param>
    /// <param name="expected">As recorded.</param>
    /// <param name="actual">As computed.</param>
    public void Same<T>(string item, T expected, T actual)
    {
        _compared++;
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
        {
            _worstAbsolute++;
            Fail($"{item}: found {Quoted(actual)}, expected {Quoted(expected)}");
        }
    }

    /// <summary>Notes a failure that is no difference of numbers.</summary>
    /// <param name="what">What is wrong.</param>
    public void Fail(string what) => _failures.Add((null, what));

    /// <summary>Notes something of the golden that is seen but not compared.</summary>
    /// <param name="what">What, and why where that is not plain.</param>
    public void Skip(string what) => _notCompared.Add(what);

    /// <summary>A number failed that may be off by rounding alone: a single one, or a vector that was kept.</summary>
    public bool HasFailedNumbers => _failures.Exists(failure => failure.Item is not null && (_values.ContainsKey(failure.Item) || _vectors.ContainsKey(failure.Item)));

    /// <summary>
    /// Takes single numbers and kept vectors out of the comparison that are off by no more than rounding moves them: by at most some times what
    /// they differ by in another run of the same, whose start was disturbed by as little.
    /// </summary>
    /// <param name="disturbed">The same stage of that run.</param>
    /// <param name="times">How often that difference.</param>
    public void LeaveOutRounding(StageTally disturbed, double times)
    {
        string? first = null;
        foreach ((string? item, _) in _failures.ToArray())
        {
            if (item is null || MovedBy(item, disturbed) is not double moved)
            {
                continue;
            }

            GoldenItem found = _items.Last(candidate => candidate.Name == item);
            if (found.WorstAbsolute <= times * moved)
            {
                _failures.RemoveAll(failure => failure.Item == item);
                _compared -= _items.Where(candidate => candidate.Name == item).Sum(candidate => candidate.Compared);
                _items.RemoveAll(candidate => candidate.Name == item);
                Skip(first is null
                    ? string.Create(CultureInfo.InvariantCulture, $"{item} (off by {found.WorstAbsolute:0.0e+0}; rounding alone moves it by {moved:0.0e+0})")
                    : "value that rounding moves as far as it is off");
                first ??= item;
            }
        }

        _worstAbsolute = _items.Aggregate(0.0, (worst, item) => Worse(worst, item.WorstAbsolute));
        _worstRelative = _items.Aggregate(0.0, (worst, item) => Worse(worst, item.WorstRelative));
    }

    /// <summary>How far a number, or a vector in norm, is from that of another run; null where one of them does not have it.</summary>
    private double? MovedBy(string item, StageTally disturbed) =>
        _values.TryGetValue(item, out double own) && disturbed._values.TryGetValue(item, out double other) ? Math.Abs(own - other)
        : _vectors.TryGetValue(item, out float[]? vector) && disturbed._vectors.TryGetValue(item, out float[]? moved) ? Distance(vector, moved)
        : null;

    private static double Distance(float[] left, float[] right) =>
        Math.Sqrt(left.Zip(right, (a, b) => ((double)a - b) * ((double)a - b)).Sum());

    /// <summary>The row of the table.</summary>
    /// <param name="caseName">The case.</param>
    public GoldenCheck ToCheck(string caseName) => new()
    {
        Case = caseName,
        Stage = _stage,
        Compared = _compared,
        NotCompared = _notCompared.Count,
        WorstAbsolute = _worstAbsolute,
        WorstRelative = _worstRelative,
        Tolerance = _tolerance,
        ToleranceIsRelative = _isRelative,
        Passed = _failures.Count == 0,
        Detail = Detail(),
        Items = _items,
    };

    private void Near(string item, float[] expected, float[] actual, long[] shape)
    {
        double worst = 0;
        double largest = 0;
        long differing = 0;
        long first = -1;
        foreach (float value in expected)
        {
            largest = Math.Max(largest, Math.Abs((double)value));
        }

        double allowed = _isRelative ? _tolerance * largest : _tolerance;
        for (long i = 0; i < expected.LongLength; i++)
        {
            double difference = Math.Abs((double)actual[i] - expected[i]);
            worst = Worse(worst, difference);
            if (!(difference <= allowed))
            {
                differing++;
                first = first < 0 ? i : first;
            }
        }

        Add(item, expected.LongLength, worst, largest, () =>
            $"{item}{Place(first, shape)}: {Text(actual[first])}, expected {Text(expected[first])}"
            + string.Create(CultureInfo.InvariantCulture, $"; {differing} of {expected.LongLength} values differ by more than {allowed:0.0e+0}"));
    }

    /// <summary>Enters one compared item: <paramref name="worst"/> is its largest difference, <paramref name="scale"/> its largest magnitude.</summary>
    private void Add(string item, long count, double worst, double scale, Func<string> describe)
    {
        double relative = worst == 0 ? 0 : worst / scale;
        bool passed = (_isRelative ? relative : worst) <= _tolerance;
        _compared += count;
        _worstAbsolute = Worse(_worstAbsolute, worst);
        _worstRelative = Worse(_worstRelative, relative);
        _items.Add(new GoldenItem(item, count, worst, relative, passed));
        if (!passed)
        {
            _failures.Add((item, describe()));
        }
    }

    /// <summary>The greater of two differences, where not-a-number is the greatest of all.</summary>
    private static double Worse(double a, double b) => double.IsNaN(a) || double.IsNaN(b) ? double.NaN : Math.Max(a, b);

    private string? Detail()
    {
        if (_failures.Count > 0)
        {
            return _failures[0].What + (_failures.Count > 1 ? string.Create(CultureInfo.InvariantCulture, $" (and {_failures.Count - 1} more)") : string.Empty);
        }

        return _notCompared.Count > 0
            ? "not compared: " + string.Join(", ", _notCompared.GroupBy(what => what).Select(group => group.Count() == 1 ? group.Key : $"{group.Count()} x {group.Key}"))
            : null;
    }

    private static string Place(long index, long[] shape)
    {
        string[] coordinates = new string[shape.Length];
        for (int d = shape.Length - 1; d >= 0; d--)
        {
            coordinates[d] = (index % shape[d]).ToString(CultureInfo.InvariantCulture);
            index /= shape[d];
        }

        return $"[{string.Join(", ", coordinates)}]";
    }

    private static string Shown<T>(IReadOnlyList<T> list, int index) => index < list.Count ? Quoted(list[index]) : "missing";

    private static string Quoted<T>(T value) => value is string text
        ? $"\"{(text.Length <= 200 ? text : text[..200] + "...").ReplaceLineEndings("\\n")}\""
        : Convert.ToString(value, CultureInfo.InvariantCulture) ?? "nothing";

    private static string Text(double value) => value.ToString("G9", CultureInfo.InvariantCulture);
}
