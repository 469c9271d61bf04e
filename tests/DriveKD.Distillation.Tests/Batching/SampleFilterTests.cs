using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;

namespace DriveKD.Distillation.Tests.Batching;

public class SampleFilterTests
{
    [Fact]
    public void Choose_All_GivesTheSameList()
    {
        Sample[] samples = SampleOrderTests.Samples(2, 0, 1);
        Assert.Same(samples, SampleFilter.Choose(samples, null, key => key));
    }

    [Fact]
    public void Choose_TwoCapabilities_KeepsTheirSamplesInOrder()
    {
        Sample[] samples = [.. SampleOrderTests.Samples(2, 3, 1).Reverse()];
        IReadOnlyList<Sample> chosen = SampleFilter.Choose(samples, [Capability.Planning, Capability.Perception], key => key);
        Assert.Equal([5, 1, 0], chosen.Select(sample => sample.Source.Index));
    }

    [Fact]
    public void Choose_CapabilitiesWithoutSamples_NamesEachAndWhatThereIs()
    {
        InputException exception = Assert.Throws<InputException>(
            () => SampleFilter.Choose(SampleOrderTests.Samples(2, 0, 0), Enum.GetValues<Capability>(), key => $"recipe.yaml, {key}"));
        Assert.Equal(
            [
                "recipe.yaml, data.capabilities: no sample of capability reasoning is left; there are 2 of perception, 0 of reasoning, 0 of planning. Take it out of the list, or add records.",
                "recipe.yaml, data.capabilities: no sample of capability planning is left; there are 2 of perception, 0 of reasoning, 0 of planning. Take it out of the list, or add records.",
            ],
            exception.Problems.Select(problem => problem.ToString()));
    }
}
