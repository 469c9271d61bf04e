using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;

namespace DriveKD.Distillation.Tests.Batching;

public sealed class SampleWindowTests
{
    private static readonly int[] _lengths = [9, 3, 7, 3, 8];

    private static readonly Sample[] _samples = [.. _lengths.Select((length, i) => new Sample
    {
        Images = [],
        Question = new string('?', length),
        Answer = "",
        Capability = Capability.Planning,
        QuestionType = "",
        Source = new SourcePosition("records.json", i, "$"),
    })];

    [Fact]
    public void ByLength_SeveralPasses_BringsLikeLengthsTogether_TheFirstFirst()
    {
        SampleWindow window = new SampleWindow(4, _samples).ByLength(sample => sample.Question.Length, batch: 2);

        Assert.Equal([_samples[1], _samples[3], _samples[2], _samples[4], _samples[0]], window.Samples);
        Assert.Equal(4, window.Epoch);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    public void ByLength_SamplesAlone_OrOnePass_LeavesTheOrder(int batch) =>
        Assert.Equal(_samples, new SampleWindow(0, _samples).ByLength(sample => sample.Question.Length, batch).Samples);
}
