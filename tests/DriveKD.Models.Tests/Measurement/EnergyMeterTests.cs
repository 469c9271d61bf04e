using System.Globalization;
using DriveKD.Models.Measurement;
using DriveKD.Tests;

namespace DriveKD.Models.Tests.Measurement;

public sealed class EnergyMeterTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_PackagesAndMemory_AreSummedWithoutTheirParts()
    {
        Zone("intel-rapl:0", "package-0", 1_000_000);
        Zone("intel-rapl:0:0", "core", 400_000);
        Zone("intel-rapl:0:1", "dram", 5_000_000);
        Zone("intel-rapl:1", "psys", 9_000_000);
        EnergyMeter meter = EnergyMeter.Open(out string? missing, _folder.Path)!;
        long[] begin = meter.Read();
        Zone("intel-rapl:0", "package-0", 3_500_000);
        Zone("intel-rapl:0:0", "core", 500_000);
        Zone("intel-rapl:0:1", "dram", 5_250_000);
        Zone("intel-rapl:1", "psys", 9_900_000);

        Assert.Null(missing);
        Assert.Equal("RAPL: package-0, dram", meter.Source);
        Assert.Equal(2.75, meter.Joules(begin, meter.Read()), 9);
    }

    [Fact]
    public void Joules_CounterThatRanOver_GoesOn()
    {
        Zone("intel-rapl:0", "package-0", 9_000_000, range: 10_000_000);
        EnergyMeter meter = EnergyMeter.Open(out _, _folder.Path)!;
        long[] begin = meter.Read();
        Zone("intel-rapl:0", "package-0", 500_000, range: 10_000_000);

        Assert.Equal(1.5, meter.Joules(begin, meter.Read()), 9);
    }

    [Fact]
    public void Open_NoCounters_SaysSo()
    {
        Assert.Null(EnergyMeter.Open(out string? missing, _folder["nowhere"]));
        Assert.StartsWith("this machine shows no energy counters", missing, StringComparison.Ordinal);
        Assert.Null(EnergyMeter.Open(out missing, _folder.Path));
        Assert.StartsWith("this machine shows no energy counters", missing, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_CounterThatCannotBeRead_SaysSo()
    {
        Zone("intel-rapl:0", "package-0", 1);
        File.Delete(_folder["intel-rapl:0", "energy_uj"]);

        Assert.Null(EnergyMeter.Open(out string? missing, _folder.Path));
        Assert.Contains("cannot be read", missing, StringComparison.Ordinal);
        Assert.EndsWith("; root can", missing, StringComparison.Ordinal);
    }

    private void Zone(string zone, string name, long microjoules, long range = 262_143_328_850)
    {
        Directory.CreateDirectory(_folder[zone]);
        File.WriteAllText(_folder[zone, "name"], name + "\n");
        File.WriteAllText(_folder[zone, "energy_uj"], microjoules.ToString(CultureInfo.InvariantCulture) + "\n");
        File.WriteAllText(_folder[zone, "max_energy_range_uj"], range.ToString(CultureInfo.InvariantCulture) + "\n");
    }
}
