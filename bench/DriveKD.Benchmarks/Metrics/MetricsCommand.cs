using System.CommandLine;

namespace DriveKD.Benchmarks.Metrics;

internal static class MetricsCommand
{
    public static Command Create() => new("metrics");
}
