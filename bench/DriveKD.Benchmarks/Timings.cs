using System.Diagnostics;

namespace DriveKD.Benchmarks;

/// <summary>
/// Times of named parts over several rounds. Medians are reported: a round during which another program ran says nothing. Parts that
/// are compared are measured in turn within each round, so that a change of the machine's speed meets all of them.
/// </summary>
internal sealed class Timings
{
    private readonly Dictionary<string, List<double>> _seconds = [];

    /// <summary>Runs a part once.</summary>
    /// <param name="name">The part.</param>
    /// <param name="action">What is timed.</param>
    public void Time(string name, Action action) => Time(name, () =>
    {
        action();
        return 0;
    });

    /// <summary>Runs a part once.</summary>
    /// <param name="name">The part.</param>
    /// <param name="action">What is timed.</param>
    public T Time<T>(string name, Func<T> action)
    {
        long start = Stopwatch.GetTimestamp();
        T result = action();
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        if (!_seconds.TryGetValue(name, out List<double>? all))
        {
            _seconds.Add(name, all = []);
        }

        all.Add(seconds);
        return result;
    }

    /// <summary>The median of a part's rounds in seconds.</summary>
    /// <param name="name">The part.</param>
    public double Median(string name)
    {
        double[] sorted = [.. _seconds[name].Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The least and the greatest of a part's rounds in seconds.</summary>
    /// <param name="name">The part.</param>
    public (double Least, double Greatest) Range(string name) => (_seconds[name].Min(), _seconds[name].Max());
}
