using System.Globalization;
using DriveKD.Models.Native;
using static TorchSharp.torch;

namespace DriveKD.Benchmarks;

/// <summary>What is printed: a line on the machine, then a line per part.</summary>
internal static class Report
{
    /// <summary>Loads libtorch and says what is measured on.</summary>
    public static void Machine()
    {
        LibTorch.EnsureLoaded();
        Line($"{Environment.ProcessorCount} cores, {get_num_threads()} threads of libtorch, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:F0} GB of memory; {Environment.OSVersion.Platform}");
    }

    /// <summary>A line in the invariant culture.</summary>
    /// <param name="text">The line.</param>
    public static void Line(FormattableString text)
    {
        Console.Out.WriteLine(text.ToString(CultureInfo.InvariantCulture));
        Console.Out.Flush();
    }

    /// <summary>A part's median, its range, and its ratio to another part.</summary>
    /// <param name="timings">All times.</param>
    /// <param name="name">The part.</param>
    /// <param name="whole">What it is compared with, in seconds.</param>
    public static void Part(Timings timings, string name, double whole)
    {
        (double least, double greatest) = timings.Range(name);
        double median = timings.Median(name);
        Line($"{name,-44} {1000 * median,10:F2} ms  ({1000 * least:F2} to {1000 * greatest:F2})  {median / whole,8:F4}");
    }
}
