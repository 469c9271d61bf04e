using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Tests.Support;

namespace DriveKD.Models.Tests.Families;

public sealed class ModelConfigTests
{
    [Fact]
    public void CannotShareSequences_SameTokens_IsNull()
    {
        ModelConfig large = TestModels.Small with { TileSize = 48, Vision = TestModels.Small.Vision with { PatchSize = 12 } };

        Assert.Null(TestModels.Small.CannotShareSequences(TestModels.SixB));
        Assert.Null(TestModels.Small.CannotShareSequences(large));
    }

    [Fact]
    public void CannotShareSequences_OtherNumberOrOrderOfTokens_SaysBoth()
    {
        ModelConfig many = TestModels.Small with { DownsampleRatio = 1 };
        ModelConfig turned = TestModels.Small with { KeepsGridOrientation = false };

        Assert.Equal("makes 16 tokens of a picture, the other 4 tokens: their attention maps would have different sizes", many.CannotShareSequences(TestModels.Small));
        Assert.StartsWith("makes 4 tokens of a picture, the other 4 tokens (column by column): ", TestModels.Small.CannotShareSequences(turned), StringComparison.Ordinal);
    }

    [Fact]
    public void CannotShareSequences_AnotherFamily_NamesBoth()
    {
        ModelConfig other = ModelFamilies.Presets.First(preset => preset.Config.Family != InternVLFamily.Instance).Config;

        Assert.StartsWith(
            $"is a model of the family InternVL, the other of {other.Family.Name}: ", TestModels.Small.CannotShareSequences(other), StringComparison.Ordinal);
    }

    [Fact]
    public void UsualPicture_SquaresOrNot_IsWhatAPromptHas()
    {
        Assert.Equal(TestModels.Small.Pictures.FixedLayout, TestModels.Small.UsualPicture);
        Assert.All(ModelFamilies.Presets, preset => Assert.Equal(preset.Config.Pictures.LayoutOf(1600, 900), preset.Config.UsualPicture));
    }
}
