using DriveKD.Models.Families;

namespace DriveKD.Models.Tests.Families;

public sealed class ParameterNamesTests
{
    private static readonly ParameterNames _nested = new("visual.", "visual.merger.", "visual.merger.mlp.2.weight", "model.", "lm_head.weight");

    public static TheoryData<string> Presets => [.. ModelFamilies.Presets.Select(preset => preset.Name)];

    [Theory]
    [MemberData(nameof(Presets))]
    public void IsOf_EveryParameterOfAPreset_HasOnePartAndTheOneItIsCountedUnder(string preset)
    {
        ModelConfig config = ModelFamilies.FindPreset(preset).Config;
        ParameterNames names = config.Family.Names;
        foreach (ExpectedTensor tensor in config.Family.Expected(config))
        {
            bool[] parts = [names.IsOfTower(tensor.Name), names.IsOfProjector(tensor.Name), names.IsOfLanguage(tensor.Name)];
            Assert.True(parts.Count(isOf => isOf) == 1, tensor.Name);
            Assert.Equal(tensor.Part == ModelPart.VisionTower, parts[0]);
            Assert.Equal(tensor.Part == ModelPart.Projector, parts[1]);
            Assert.True(parts[2] || !names.IsOfLayers(tensor.Name), tensor.Name);
        }
    }

    [Theory]
    [MemberData(nameof(Presets))]
    public void Names_OfSingleParameters_AreThoseOfTheModel(string preset)
    {
        ModelConfig config = ModelFamilies.FindPreset(preset).Config;
        ParameterNames names = config.Family.Names;
        Dictionary<string, long[]> shapes = config.Family.Expected(config).ToDictionary(tensor => tensor.Name, tensor => tensor.Shape);

        Assert.Equal([config.Language.VocabularySize, config.Language.HiddenSize], shapes[names.Head]);
        Assert.Equal([config.Language.VocabularySize, config.Language.HiddenSize], shapes[names.Embedding]);
        Assert.Equal([config.Language.HiddenSize], shapes[names.FinalNorm + "weight"]);
        Assert.Equal(config.Language.HiddenSize, shapes[names.LastOfProjector][0]);
        Assert.Contains($"{names.Layers}{config.Language.Layers - 1}.self_attn.q_proj.weight", shapes.Keys);
        Assert.DoesNotContain(shapes.Keys, name => name.StartsWith($"{names.Layers}{config.Language.Layers}.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("visual.blocks.0.attn.qkv.weight", true, false, false, false)]
    [InlineData("visual.merger.mlp.2.weight", false, true, false, false)]
    [InlineData("model.layers.3.mlp.up_proj.weight", false, false, true, true)]
    [InlineData("model.embed_tokens.weight", false, false, true, false)]
    [InlineData("lm_head.weight", false, false, true, false)]
    [InlineData("lm_head.weight_scale", false, false, false, false)]
    public void IsOf_ProjectorInsideTheTower_IsNoPartOfIt(string name, bool isTower, bool isProjector, bool isLanguage, bool isLayers) => Assert.Equal(
        (isTower, isProjector, isLanguage, isLayers),
        (_nested.IsOfTower(name), _nested.IsOfProjector(name), _nested.IsOfLanguage(name), _nested.IsOfLayers(name)));
}
