using DriveKD.Data.Samples;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class CapabilityListTests
{
    [Fact]
    public void Read_Capabilities_TakesOneOrAList()
    {
        Assert.Null(RecipeText.Read(RecipeText.Minimal).Recipe.Data.SelectedCapabilities());
        Assert.Equal([Capability.Planning], RecipeText.Read(RecipeText.Minimal, "data.capabilities=planning").Recipe.Data.SelectedCapabilities()!);
        Assert.Equal(
            [Capability.Reasoning, Capability.Perception],
            RecipeText.Read(RecipeText.Minimal, "data.capabilities=[reasoning, perception]").Recipe.Data.SelectedCapabilities()!);
    }

    [Theory]
    [InlineData("data.capabilities=[planning, driving]", "data.capabilities=[planning, driving]: found 'driving', expected one of perception, reasoning, planning, or a list of them")]
    [InlineData("data.capabilities=[planning, planning]", "data.capabilities=[planning, planning]: planning: written more than once; name each capability at most once")]
    [InlineData("train.curriculum=[planning, reasoning, planning, reasoning]", "train.curriculum=[planning, reasoning, planning, reasoning]: planning and reasoning: written more than once; name each capability at most once")]
    [InlineData("train.curriculum=planning", "train.curriculum=planning: found 'planning', expected a list, each item one of perception, reasoning, planning")]
    [InlineData("train.capability_order=random", "train.capability_order=random: found 'random', expected one of shuffled, balanced, curriculum")]
    public void Read_WrongCapabilities_AreRefused(string argument, string expected) =>
        Assert.Equal($"command line: {expected}", RecipeText.Problem(RecipeText.Minimal, argument));

    [Fact]
    public void Read_Curriculum_GivesItsOrder() =>
        Assert.Equal(
            [Capability.Planning, Capability.Perception],
            RecipeText.Read(RecipeText.Minimal, "train.curriculum=[planning, perception]").Recipe.Train.CurriculumOrder());
}
