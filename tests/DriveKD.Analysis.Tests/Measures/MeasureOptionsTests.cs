using DriveKD.Analysis.Measures;
using DriveKD.Data.Errors;

namespace DriveKD.Analysis.Tests.Measures;

public sealed class MeasureOptionsTests
{
    [Fact]
    public void Check_EverythingWrong_AllProblemsAtOnce()
    {
        MeasureOptions options = new() { FullMapCells = 0, TextCells = -1, VisionCells = 0, MarginBins = 0, Temperature = 0 };

        Assert.Equal(
            ["FullMapCells", "TextCells", "VisionCells", "MarginBins", "Temperature"],
            Assert.Throws<InputException>(options.Check).Problems.Select(problem => problem.Where));
    }
}
