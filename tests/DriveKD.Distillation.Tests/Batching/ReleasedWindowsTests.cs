using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;

namespace DriveKD.Distillation.Tests.Batching;

public class ReleasedWindowsTests
{
    [Fact]
    public void WithoutUndistilled_SkippedSamplesInside_ShortenTheirWindow() =>
        Assert.Equal(["0: 0 2 3"], Windows(skipped: [1], windows: [[0, 1, 2, 3]]));

    [Fact]
    public void WithoutUndistilled_SkippedSampleAtTheEnd_TakesTheWindowIntoTheNext() =>
        Assert.Equal(["0: 0 1 3 4 5"], Windows(skipped: [2], windows: [[0, 1, 2], [3, 4, 5]]));

    [Fact]
    public void WithoutUndistilled_EpochEndsWithASkippedSample_RunsWhatIsLostBeforeTheNextWindow() =>
        Assert.Equal(["0: 0 1", "1: lost 2; 4 5"], Windows([[0, 1], [2, 3]], [[4, 5]], skipped: [3]));

    [Fact]
    public void WithoutUndistilled_WholeEpochWithoutAStep_LosesAllOfIt() =>
        Assert.Equal(["2: lost 0 2; 4"], Windows([[0, 1]], [[2, 3]], [[4]], skipped: [1, 3]));

    private static string[] Windows(int[] skipped, int[][] windows) => Windows(windows, skipped: skipped);

    private static string[] Windows(int[][] first, int[][]? second = null, int[][]? third = null, params int[] skipped)
    {
        IEnumerable<SampleWindow> windows = new[] { first, second ?? [], third ?? [] }
            .SelectMany((epoch, number) => epoch.Select(window => new SampleWindow(number, [.. window.Select(Sample)])));
        return
        [
            .. ReleasedWindows.WithoutUndistilled(windows, sample => !skipped.Contains(sample.Source.Index)).Select(window =>
            {
                Assert.Equal(window.Lost.Concat(window.Samples), window.Run);
                return $"{window.Epoch}: {(window.Lost.Count == 0 ? "" : $"lost {Names(window.Lost)}; ")}{Names(window.Samples)}";
            }),
        ];
    }

    private static string Names(IEnumerable<Sample> samples) => string.Join(' ', samples.Select(sample => sample.Source.Index));

    private static Sample Sample(int index) => new()
    {
        Images = [],
        Question = string.Empty,
        Answer = string.Empty,
        Capability = Capability.Perception,
        QuestionType = string.Empty,
        Source = new SourcePosition("records.json", index, $"[{index}]"),
    };
}
