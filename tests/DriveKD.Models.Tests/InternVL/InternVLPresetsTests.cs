using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;

namespace DriveKD.Models.Tests.InternVL;

public class InternVLPresetsTests
{
    [Theory]
    [InlineData("InternVL3-1B", 304_012_288, 4_482_816, 938_193_024)]
    [InlineData("InternVL3-2B", 304_012_288, 8_662_016, 2_088_957_440)]
    [InlineData("InternVL3-8B", 304_012_288, 27_540_480, 7_944_373_760)]
    [InlineData("InternVL3-14B", 304_012_288, 47_204_352, 15_117_256_704)]
    [InlineData("InternVL3-38B", 5_536_496_000, 91_786_240, 38_388_164_992)]
    [InlineData("InternVL3-78B", 5_536_496_000, 172_008_448, 78_408_318_336)]
    public void Expected_ReleasedSize_HasThePublishedCounts(string name, long vision, long projector, long total)
    {
        IReadOnlyList<ExpectedTensor> tensors = ModelFamilies.FindPreset(name).Config.Family.Expected(ModelFamilies.FindPreset(name).Config);

        Assert.Equal(vision, tensors.Where(tensor => tensor.Part == ModelPart.VisionTower).Sum(tensor => tensor.ElementCount));
        Assert.Equal(projector, tensors.Where(tensor => tensor.Part == ModelPart.Projector).Sum(tensor => tensor.ElementCount));
        Assert.Equal(total, tensors.Sum(tensor => tensor.ElementCount));
        Assert.Equal(tensors.Count, tensors.Select(tensor => tensor.Name).Distinct().Count());
    }

    [Fact]
    public void All_Presets_AreAsManyAsListed() => Assert.Equal(10, InternVLPresets.All.Count);

    [Fact]
    public void Expected_DamagedConfig_IsRefusedWithoutAllocating()
    {
        ModelConfig config = ModelFamilies.FindPreset("tiny").Config;
        ModelConfig damaged = config with { Language = config.Language with { Layers = int.MaxValue } };

        Assert.Throws<InputException>(() => damaged.Family.Expected(damaged));
    }
}
