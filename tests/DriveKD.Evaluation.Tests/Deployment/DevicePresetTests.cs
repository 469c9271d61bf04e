using DriveKD.Evaluation.Deployment;

namespace DriveKD.Evaluation.Tests.Deployment;

public class DevicePresetTests
{
    [Fact]
    public void All_Presets_HaveNamesOfTheirOwnAndPossibleNumbers()
    {
        Assert.Equal(DevicePreset.All.Count, DevicePreset.All.Select(preset => preset.Name.ToUpperInvariant()).Distinct().Count());
        Assert.All(DevicePreset.All, preset =>
        {
            Assert.True(preset.Tflops > preset.TflopsFloat32 && preset.TflopsFloat32 > 0);
            Assert.True(preset.GigabytesPerSecond > 0 && preset.Gigabytes > 0);
        });
    }

    [Fact]
    public void Find_AnyCase_GivesTheNumbersOfTheFormat()
    {
        DevicePreset preset = DevicePreset.Find("h100-sxm")!;
        Assert.Equal((989e12, 3350e9, 80e9), (preset.ToNumbers(false).PeakFlops, preset.ToNumbers(false).Bandwidth, preset.ToNumbers(false).MemoryBytes));
        Assert.Equal(67e12, preset.ToNumbers(true).PeakFlops);
        Assert.Null(DevicePreset.Find("H100"));
    }

    [Fact]
    public void Seconds_ComputeOrBytes_TakesTheLongerAndAddsTheLayers()
    {
        DeviceNumbers device = new() { Name = "x", PeakFlops = 100, Bandwidth = 10, ComputeEfficiency = 0.5, BandwidthEfficiency = 0.5, LayerSeconds = 0.25 };
        Assert.Equal(4 + 0.5, device.Seconds(200, 5, 2));
        Assert.Equal(8, device.Seconds(200, 40, 0));
    }
}
