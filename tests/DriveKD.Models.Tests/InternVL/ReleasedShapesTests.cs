using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.InternVL;

/// <summary>The released sizes on the meta device: shapes without memory.</summary>
public sealed class ReleasedShapesTests
{
    // MODELS 1.1: all parameters, projector.
    [Theory]
    [InlineData("1B", 938_193_024, 304_012_288, 4_482_816)]
    [InlineData("2B", 2_088_957_440, 304_012_288, 8_662_016)]
    [InlineData("8B", 7_944_373_760, 304_012_288, 27_540_480)]
    [InlineData("14B", 15_117_256_704, 304_012_288, 47_204_352)]
    [InlineData("38B", 38_388_164_992, 5_536_496_000, 91_786_240)]
    [InlineData("78B", 78_408_318_336, 5_536_496_000, 172_008_448)]
    public void Model_ReleasedSize_HasThePublishedNumberOfParameters(string size, long all, long tower, long projector)
    {
        InternVLConfig config = (InternVLConfig)ModelFamilies.FindPreset(size).Config;
        using InternVLModel model = new(config, hasSeparateHead: true, new Placement(new Device(DeviceType.META), ScalarType.BFloat16));
        Dictionary<string, long[]> shapes = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter.shape);
        long Count(string prefix) => shapes.Where(pair => pair.Key.StartsWith(prefix, StringComparison.Ordinal)).Sum(pair => pair.Value.Aggregate(1L, (product, side) => product * side));

        Assert.Equal(all, Count(string.Empty));
        Assert.Equal(tower, Count("vision_model."));
        Assert.Equal(projector, Count("mlp1."));
        Assert.Equal(256, config.TokensPerTile);
        Assert.Equal(
            config.Family.Expected(config).ToDictionary(tensor => tensor.Name, tensor => string.Join(", ", tensor.Shape)),
            shapes.ToDictionary(pair => pair.Key, pair => string.Join(", ", pair.Value)));
        Assert.All(model.parameters(), parameter => Assert.Equal(DeviceType.META, parameter.device_type));
    }

    [Fact]
    public void Model_TiedHead_RegistersNoSecondParameter()
    {
        InternVLConfig config = (InternVLConfig)ModelFamilies.FindPreset("1B").Config;
        using InternVLModel model = new(config, hasSeparateHead: false, new Placement(new Device(DeviceType.META), ScalarType.BFloat16));

        Assert.Equal(938_193_024 - (151674L * 896), model.parameters().Sum(parameter => parameter.numel()));
        Assert.DoesNotContain(model.named_parameters(), pair => pair.name.Contains("lm_head", StringComparison.Ordinal));
    }
}
