using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;

namespace DriveKD.Distillation.Tests.Batching;

public class ReleasedWindowsTests
{
    /// <summary>p and r are kept, x is skipped; a window that ends with x takes no step.</summary>
    [Theory]
    [InlineData("pppp|rrrr", "pppp|rrrr")]
    [InlineData("xpxp|rrrr", "pp|rrrr")]
    [InlineData("pppx|rrrr", "ppprrrr")]
    [InlineData("xxxx|rrrr", "rrrr")]
    [InlineData("pppp|rrrx", "pppp")]
    [InlineData("xxxx", "")]
    public void WithoutUndistilled_OneEpoch_CarriesOverAndLosesTheEnd(string epoch, string expected)
    {
        SampleWindow[] windows = [.. epoch.Split('|').Select(window => new SampleWindow(0, [.. window.Select(Of)]))];

        Assert.Equal(expected, Text(ReleasedWindows.WithoutUndistilled(windows, sample => sample.Question != "x")));
    }

    [Fact]
    public void WithoutUndistilled_NextEpoch_StartsWithoutWhatWasLeft()
    {
        SampleWindow[] windows = [new SampleWindow(0, [Of('p'), Of('x')]), new SampleWindow(1, [Of('r'), Of('r')])];
        Assert.Equal("rr", Text(ReleasedWindows.WithoutUndistilled(windows, sample => sample.Question != "x")));
    }

    private static string Text(IEnumerable<SampleWindow> windows) =>
        string.Join('|', windows.Select(window => string.Concat(window.Samples.Select(sample => sample.Question))));

    private static Sample Of(char letter) => new()
    {
        Images = [],
        Question = letter.ToString(),
        Answer = "",
        Capability = Capability.Planning,
        QuestionType = "",
        Source = new SourcePosition("records.json", 0, "$"),
    };
}
