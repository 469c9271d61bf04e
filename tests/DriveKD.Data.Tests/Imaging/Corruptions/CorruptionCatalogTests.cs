using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class CorruptionCatalogTests
{
    [Fact]
    public void Faults_OfDriveBench_FifteenInFiveGroups()
    {
        Assert.Equal(15, CorruptionCatalog.Faults.Count);
        Assert.Equal([5, 2, 3, 2, 3], CorruptionCatalog.Faults.GroupBy(info => info.Group).OrderBy(group => group.Key).Select(group => group.Count()));
        Assert.Equal(Enum.GetValues<CorruptionKind>(), CorruptionCatalog.All.Select(info => info.Kind));
        Assert.All(CorruptionCatalog.Faults, info => Assert.True(info.PublishedSeverity is null || info.Has(info.PublishedSeverity.Value)));
    }

    [Theory]
    [InlineData("bright lowlight fog snow rain water lens cameracrash framelost saturate motion zoom biterror colorquant h256")]
    [InlineData("Brightness LowLight Fog Snow Rain WaterSplashCorruption LensObstacleCorruption CameraCrash FrameLost Saturate MotionBlur ZoomBlur BitError ColorQuant H256ABRCompression")]
    [InlineData("brightness lowlight fog snow rain water lens camera_crash frame_lost saturate motion_blur zoom_blur bit_error colour_quant h265")]
    public void Parse_NamesOfDriveBenchAndOfTheTables_AreTheFaults(string names) =>
        Assert.Equal(CorruptionCatalog.Faults, CorruptionCatalog.Parse(names.Split(' '), "--kind"));

    [Fact]
    public void Parse_AllAndAName_TakenOnce() =>
        Assert.Equal(16, CorruptionCatalog.Parse(["clean", "all", "fog"], "--kind").Count);

    [Fact]
    public void Parse_UnknownNames_AllNamedWithTheNearest()
    {
        InputException exception = Assert.Throws<InputException>(() => CorruptionCatalog.Parse(["fgo", "fog", "hail"], "--kind"));

        Assert.Equal(2, exception.Problems.Count);
        Assert.Contains("'fgo' is no corruption. Did you mean 'fog'?", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_Nothing_Refused() => Assert.Throws<InputException>(() => CorruptionCatalog.Parse([" "], "--kind"));
}
