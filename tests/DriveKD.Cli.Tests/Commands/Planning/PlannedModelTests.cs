using DriveKD.Cli.Commands.Planning;
using DriveKD.Evaluation.Deployment;
using DriveKD.Models.Families;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands.Planning;

public class PlannedModelTests
{
    public static TheoryData<string> Presets => [.. ModelFamilies.Presets.Select(preset => preset.Name)];

    [Theory]
    [MemberData(nameof(Presets))]
    public void ShapeOf_EveryPreset_HasTheParametersOfItsTensors(string name)
    {
        ModelConfig config = ModelFamilies.FindPreset(name).Config;
        foreach (bool isTied in (bool[])[false, true])
        {
            WeightParts parts = WeightParts.Of(PlannedModel.ShapeOf(config, name, isTied, config.UsualPicture));
            Dictionary<ModelPart, double> counted = config.Family.Expected(config, hasHead: !isTied)
                .GroupBy(tensor => tensor.Part).ToDictionary(group => group.Key, group => group.Sum(tensor => (double)tensor.ElementCount));
            Assert.Equal(counted[ModelPart.VisionTower], parts.Vision);
            Assert.Equal(counted[ModelPart.Projector], parts.Projector);
            Assert.Equal(counted[ModelPart.Embedding], parts.Embedding);
            Assert.Equal(counted[ModelPart.LanguageLayers], parts.Layers);
            Assert.Equal(counted.GetValueOrDefault(ModelPart.Head), parts.Head);
        }
    }

    [Fact]
    public void Read_ReferenceFolders_HasTheHeadThatIsThere()
    {
        // Their config says nothing of the head's; one is stored.
        PlannedModel model = PlannedModel.Read(TestPaths.RequireShared("golden", "internvl", "teacher-6b"), bytesPerValue: null);
        Assert.False(model.Shape.IsHeadTied);
        Assert.Equal(660_740, WeightParts.Of(model.Shape).Total);
        Assert.Equal(2, PlannedModel.Read(TestPaths.RequireShared("golden", "internvl", "teacher-6b"), bytesPerValue: 2).Shape.BytesPerValue);
    }
}
