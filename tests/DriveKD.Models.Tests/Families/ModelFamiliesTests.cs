using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;

namespace DriveKD.Models.Tests.Families;

public sealed class ModelFamiliesTests
{
    [Fact]
    public void OfType_EveryTypeOfAFamily_GivesIt()
    {
        Assert.Same(InternVLFamily.Instance, ModelFamilies.OfType("config.json", "internvl_chat"));
        Assert.Same(InternVLFamily.Instance, ModelFamilies.OfType("config.json", "internvl"));
        Assert.All(ModelFamilies.All, family => Assert.All(family.ModelTypes, type => Assert.Same(family, ModelFamilies.OfType("config.json", type))));
    }

    [Theory]
    [InlineData(null, "model_type is missing; ")]
    [InlineData("llava", "model_type is llava: another family of models; ")]
    [InlineData("InternVL", "model_type is InternVL: another family of models; ")]
    [InlineData("qwen2_vl", "model_type is qwen2_vl: Qwen2-VL, which attends over whole pictures")]
    [InlineData("qwen3_vl", "model_type is qwen3_vl: Qwen3-VL, which has a decoder with normalised queries and keys")]
    [InlineData("qwen3_vl_moe", "a mixture of experts")]
    [InlineData("qwen2_5_omni", "which also takes sound")]
    [InlineData("mllama", "text-to-vision attention in the sense of this method does not exist there")]
    public void OfType_NoKnownOne_SaysWhatIsMissingAndWhatIsExpected(string? type, string expected)
    {
        InputException exception = Assert.Throws<InputException>(() => ModelFamilies.OfType("folder/config.json", type));

        Assert.Equal("folder/config.json", Assert.Single(exception.Problems).Where);
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.All(ModelFamilies.All.SelectMany(family => family.ModelTypes), known => Assert.Contains(known, exception.Message, StringComparison.Ordinal));
        Assert.EndsWith(" is expected.", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1b", "InternVL3-1B")]
    [InlineData("internvl3-78b", "InternVL3-78B")]
    [InlineData("TINY", "tiny")]
    [InlineData("small", "small")]
    public void FindPreset_OtherSpellings_Match(string name, string expected) => Assert.Equal(expected, ModelFamilies.FindPreset(name).Name);

    [Fact]
    public void FindPreset_Unknown_ListsTheKnown()
    {
        string message = Assert.Throws<InputException>(() => ModelFamilies.FindPreset("InternVL3-9B")).Message;
        Assert.All(ModelFamilies.Presets, preset => Assert.Contains(preset.Name, message, StringComparison.Ordinal));
    }

    [Fact]
    public void All_NamesTypesAndPresets_AreEachAFamilysOwn()
    {
        Assert.Distinct(ModelFamilies.All.Select(family => family.Name));
        Assert.Distinct(ModelFamilies.All.SelectMany(family => family.ModelTypes));
        Assert.Distinct(ModelFamilies.Presets.Select(preset => preset.Name), StringComparer.OrdinalIgnoreCase);
        foreach (ModelFamily family in ModelFamilies.All)
        {
            Assert.Contains(family.Markup, PictureMarkup.All);
            Assert.NotEmpty(family.Layouts);
            Assert.NotEmpty(family.Presets);
            Assert.All(family.Presets, preset => Assert.Same(family, preset.Config.Family));
            Assert.All(family.Presets, preset => Assert.Equal(preset.IsReleased, preset.Name.StartsWith(family.ReleasePrefix, StringComparison.Ordinal)));
            Assert.All(family.Presets, preset => Assert.Contains(preset.Config.ModelType, family.ModelTypes));
            Assert.All(family.Presets, preset => Assert.Same(preset, ModelFamilies.FindPreset(preset.Name)));
        }
    }
}
