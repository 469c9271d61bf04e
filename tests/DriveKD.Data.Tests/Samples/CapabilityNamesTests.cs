using DriveKD.Data.Samples;

namespace DriveKD.Data.Tests.Samples;

public sealed class CapabilityNamesTests
{
    [Theory]
    [InlineData(Capability.Perception, "perception", "perceptual", "perceive", "per", "p", " Perception ", "PER", "multi-view perception", "percepts")]
    [InlineData(
        Capability.Reasoning, "reasoning", "reason", "logical_reasoning", "logical reasoning", "Logical-Reasoning", "infer", "r", "prediction", "behavior", "reasons")]
    [InlineData(Capability.Planning, "planning", "plan", "pl", "d", "decision", "Planning", "motion_planner")]
    public void Find_KnownName_ItsCapability(Capability expected, params string[] names) =>
        Assert.All(names, name => Assert.Equal(expected, CapabilityNames.Find(name)));

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("weather")]
    [InlineData("pe")]
    [InlineData("decisions")]
    [InlineData("per_frame")]
    public void Find_AnyOther_Null(string name) => Assert.Null(CapabilityNames.Find(name));

    [Fact]
    public void Find_TwoNamesInOne_InTheOrderOfTheRule()
    {
        Assert.Equal(Capability.Perception, CapabilityNames.Find("planning from perception"));
        Assert.Equal(Capability.Reasoning, CapabilityNames.Find("plan by reasoning"));
    }
}
