using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Runs.Folders;

namespace DriveKD.Evaluation.Tests.Compare;

public sealed class SampleSubsetTests
{
    private static readonly Sample[] _samples = [.. Enumerable.Range(0, 50).Select(i => new Sample
    {
        Images = [],
        Question = $"{i}",
        Answer = "yes",
        Capability = i < 5 ? Capability.Planning : i % 2 == 0 ? Capability.Perception : Capability.Reasoning,
        QuestionType = "perception",
        Source = new SourcePosition("records.json", i, $"$[{i}]"),
    })];

    [Fact]
    public void Draw_SameSeed_IsTheSameAndInOrder()
    {
        int[] drawn = Draw(_samples, 6, 1);

        Assert.Equal(drawn, Draw(_samples, 6, 1));
        Assert.Equal(drawn.Order(), drawn);
        Assert.NotEqual(drawn, Draw(_samples, 6, 2));
        // Planning has five samples, all of which are taken.
        Assert.Equal(17, drawn.Length);
        Assert.Equal(5, drawn.Count(i => i < 5));
    }

    [Fact]
    public void Draw_LargerSize_HoldsTheSmaller() => Assert.Subset(Draw(_samples, 12, 3).ToHashSet(), Draw(_samples, 4, 3).ToHashSet());

    [Fact]
    public void Draw_OneCapabilityMore_MovesNoOther()
    {
        Sample[] fewer = [.. _samples.Where(sample => sample.Capability != Capability.Reasoning)];

        Assert.Equal(Draw(_samples, 4, 1).Where(i => _samples[i].Capability != Capability.Reasoning), Draw(fewer, 4, 1));
    }

    private static int[] Draw(Sample[] samples, int size, long seed) =>
        [.. SampleSubset.Draw(samples, size, new SeedStreams(seed)).Select(sample => int.Parse(sample.Question, System.Globalization.CultureInfo.InvariantCulture))];
}
