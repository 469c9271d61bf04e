using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Runs.Folders;

namespace DriveKD.Distillation.Tests.Batching;

public class SampleOrderTests
{
    private static readonly Sample[] _samples = [.. Enumerable.Range(0, 5).Select(i => new Sample
    {
        Images = [],
        Question = "q",
        Answer = "a",
        Capability = Capability.Perception,
        QuestionType = "perception",
        Source = new SourcePosition("f", i, "$"),
    })];

    [Fact]
    public void Windows_ThreeEpochs_HoldEverySampleOncePerEpochInAnotherOrder()
    {
        SampleWindow[] windows = [.. SampleOrder.Windows(_samples, 2, shuffles: true, new SeedStreams(3)).Take(9)];
        Assert.Equal([2, 2, 1, 2, 2, 1, 2, 2, 1], windows.Select(window => window.Samples.Count));
        int[][] epochs = [.. windows.GroupBy(window => window.Epoch).Select(epoch => epoch.SelectMany(Indices).ToArray())];
        Assert.All(epochs, epoch => Assert.Equal([0, 1, 2, 3, 4], epoch.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
    }

    [Fact]
    public void Windows_Twice_AreTheSame() =>
        Assert.Equal(
            SampleOrder.Windows(_samples, 2, true, new SeedStreams(3)).Take(20).SelectMany(Indices),
            SampleOrder.Windows(_samples, 2, true, new SeedStreams(3)).Take(20).SelectMany(Indices));

    [Fact]
    public void Windows_NotShuffled_FollowTheRecords() =>
        Assert.Equal([0, 1, 2, 3, 4, 0, 1, 2, 3, 4], SampleOrder.Windows(_samples, 3, false, new SeedStreams(3)).Take(4).SelectMany(Indices));

    private static IEnumerable<int> Indices(SampleWindow window) => window.Samples.Select(sample => sample.Source.Index);
}
