using System.Globalization;

namespace DriveKD.Models.Measurement;

/// <summary>
/// Reads the energy counters that Linux shows of the processors (RAPL, /sys/class/powercap): packages, and memory where it is counted
/// apart. They count the whole machine, whoever uses it. Where they are, most systems let only root read them.
/// </summary>
internal sealed class EnergyMeter
{
    private const double JoulesPerMicrojoule = 1e-6;

    private readonly string[] _zones;
    private readonly long[] _ranges;

    private EnergyMeter(string[] zones, long[] ranges, string source) => (_zones, _ranges, Source) = (zones, ranges, source);

    /// <summary>The counters, for people.</summary>
    public string Source { get; }

    /// <summary>Finds the counters.</summary>
    /// <param name="missing">Why there are none; null where there are.</param>
    /// <param name="root">Where Linux shows them.</param>
    public static EnergyMeter? Open(out string? missing, string root = "/sys/class/powercap")
    {
        missing = $"this machine shows no energy counters ({root}/intel-rapl:*)";
        if (!Directory.Exists(root))
        {
            return null;
        }

        List<(string Zone, string Name, long Range)> found = [];
        foreach (string zone in Directory.EnumerateDirectories(root, "intel-rapl:*").Order(StringComparer.Ordinal))
        {
            try
            {
                string name = File.ReadAllText(Path.Combine(zone, "name")).Trim();
                // Core and uncore are parts of a package; psys holds the packages, and not every machine has it.
                if (!name.StartsWith("package", StringComparison.Ordinal) && name != "dram")
                {
                    continue;
                }

                _ = ReadNumber(zone, "energy_uj");
                found.Add((zone, name, ReadNumber(zone, "max_energy_range_uj")));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException)
            {
                missing = $"the energy counters of this machine cannot be read ({zone}: {exception.Message.TrimEnd('.')}); root can";
                return null;
            }
        }

        if (found.Count == 0)
        {
            return null;
        }

        missing = null;
        return new EnergyMeter(
            [.. found.Select(zone => zone.Zone)], [.. found.Select(zone => zone.Range)], $"RAPL: {string.Join(", ", found.Select(zone => zone.Name))}");
    }

    /// <summary>The counters as they stand, in microjoules.</summary>
    public long[] Read() => [.. _zones.Select(zone => ReadNumber(zone, "energy_uj"))];

    /// <summary>Joules between two readings. A counter that ran over once in between is taken into account.</summary>
    /// <param name="begin">From <see cref="Read"/>.</param>
    /// <param name="end">From <see cref="Read"/>, later.</param>
    public double Joules(long[] begin, long[] end)
    {
        double joules = 0;
        for (int i = 0; i < _zones.Length; i++)
        {
            long difference = end[i] - begin[i];
            joules += (difference < 0 ? difference + _ranges[i] : difference) * JoulesPerMicrojoule;
        }

        return joules;
    }

    private static long ReadNumber(string zone, string file) =>
        long.Parse(File.ReadAllText(Path.Combine(zone, file)).Trim(), NumberStyles.None, CultureInfo.InvariantCulture);
}
