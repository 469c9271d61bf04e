using DriveKD.Data.Imaging.Drawing;
using SkiaSharp;

namespace DriveKD.Data.Tests.Imaging.Drawing;

public sealed class FigureFontTests
{
    [Fact]
    public void Wrap_LongText_FitsTheWidthAndLosesNothing()
    {
        using FigureFont font = new(19, SKColors.Black);
        string text = "What should the ego vehicle do next?\nOptions: A. Go. B. Wait for <c1,CAM_FRONT,0.5,0.5>. " + new string('x', 90);
        IReadOnlyList<string> lines = font.Wrap(text, 200, 100);
        Assert.All(lines, line => Assert.InRange(font.Measure(line), 0, 200));
        Assert.Equal(text.Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal), string.Concat(lines).Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Wrap_TooManyLines_EndsWithAnEllipsis()
    {
        using FigureFont font = new(19, SKColors.Black);
        IReadOnlyList<string> lines = font.Wrap(string.Join('\n', Enumerable.Repeat("line", 10)), 200, 3);
        Assert.Equal(["line", "line", "line …"], lines);
    }

    [Fact]
    public void Shorten_TooLong_KeepsTheBeginning()
    {
        using FigureFont font = new(19, SKColors.Black);
        string shortened = font.Shorten("CAM_FRONT/n008-2018-09-18-13-10-39-0400", 150);
        Assert.StartsWith("CAM_FRONT", shortened, StringComparison.Ordinal);
        Assert.EndsWith("…", shortened, StringComparison.Ordinal);
        Assert.InRange(font.Measure(shortened), 0, 150);
        Assert.Equal("short", font.Shorten("short", 150));
    }

    [Theory]
    [InlineData("Latin äöüß žł")]
    [InlineData("Ελληνικά")]
    [InlineData("Привет")]
    [InlineData("0.5 × 10⁻³ ≥ … — “q”")]
    public void Measure_OwnGlyphs_DoNotFallBackToTheMissingOne(string text)
    {
        using FigureFont font = new(20, SKColors.Black);
        using SKBitmap bitmap = new(400, 40);
        using SKCanvas canvas = new(bitmap);
        font.Draw(canvas, text, 2, 30);
        Assert.Contains(bitmap.Pixels, pixel => pixel.Alpha > 200);
        Assert.True(font.Measure(text) > 40);
    }
}
