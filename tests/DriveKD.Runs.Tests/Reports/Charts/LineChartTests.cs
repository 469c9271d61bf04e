using DriveKD.Runs.Reports.Charts;

namespace DriveKD.Runs.Tests.Reports.Charts;

public sealed class LineChartTests
{
    private static readonly ChartSeries _series = new() { Label = "loss", EndLabel = "", Color = 0, Points = [(1, 2.0), (3, 1.0)] };

    [Theory]
    [InlineData(null, ">optimizer step</text>", "loss over optimizer steps. loss: 2 values, 2 at step 1, 1 at step 3;")]
    [InlineData("teacher's layer", ">teacher&#39;s layer</text>", "loss over teacher&#39;s layers. loss: 2 values, 2 at layer 1, 1 at layer 3;")]
    public void Draw_HorizontalAxis_IsCalledAsTheOptionsSay(string? step, string axis, string description)
    {
        ChartOptions options = new() { Unit = "loss", IsNoisy = false };
        string svg = LineChart.Draw("a", "Loss", [_series], step is null ? options : options with { Step = step }).Text;

        Assert.Contains(axis, svg, StringComparison.Ordinal);
        Assert.Contains(description, svg, StringComparison.Ordinal);
    }
}
