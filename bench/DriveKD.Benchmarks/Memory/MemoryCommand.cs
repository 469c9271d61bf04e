using System.CommandLine;

namespace DriveKD.Benchmarks.Memory;

internal static class MemoryCommand
{
    public static Command Create() => new("memory");
}
