using System.Globalization;

namespace DriveKD.Models.Measurement;

/// <summary>How much memory is left for this process.</summary>
internal static class AvailableMemory
{
    /// <summary>Bytes: what Linux says is available, else what .NET thinks; never above a container's limit.</summary>
    /// <param name="meminfo">Linux's file.</param>
    public static long Bytes(string meminfo = "/proc/meminfo")
    {
        GCMemoryInfo memory = GC.GetGCMemoryInfo();
        // Not known before the first collection.
        long limit = memory.TotalAvailableMemoryBytes == 0 ? long.MaxValue : memory.TotalAvailableMemoryBytes;
        string? line = File.Exists(meminfo) ? File.ReadLines(meminfo).FirstOrDefault(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal)) : null;
        string[] words = line?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length > 1 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long kibibytes)
            ? Math.Min(kibibytes * 1024, limit)
            : Math.Max(0, limit - memory.MemoryLoadBytes);
    }
}
