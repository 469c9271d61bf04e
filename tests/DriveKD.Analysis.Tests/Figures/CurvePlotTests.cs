using System.Xml.Linq;
using DriveKD.Analysis.Figures;
using SkiaSharp;

namespace DriveKD.Analysis.Tests.Figures;

public sealed class CurvePlotTests
{
    private static readonly CurveFigure _figure = new()
    {
        Name = "mass",
        Title = "Attention from text to pictures",
        Across = "decoder layer",
        Up = "share",
        Lines =
        [
            new FigureLine { Name = "perception", Color = 0, Points = [new(1, 0.2, 0.1, 0.3), new(2, 0.4, 0.35, 0.45), new(3, 0.3, 0.2, 0.4)] },
            new FigureLine { Name = "one point", Color = 1, Points = [new(2, 0.25)] },
            new FigureLine { Name = "published", Color = 0, IsPublished = true, Points = [new(1, 0.5), new(3, 0.1)] },
        ],
    };

    [Fact]
    public void Png_LinesAndBands_ArePaintedInTheirColours()
    {
        using SKBitmap picture = SKBitmap.Decode(CurvePlot.Png(_figure));

        Assert.Equal((1920, 840), (picture.Width, picture.Height));
        // The first two colours of the palette and the grey of published values.
        Assert.All([new SKColor(0x00, 0x72, 0xB2), new SKColor(0xD5, 0x5E, 0x00), new SKColor(0x80, 0x80, 0x80)], colour => Assert.Contains(colour, picture.Pixels));
        Assert.True(picture.Pixels.Count(pixel => pixel == SKColors.White) > 0.5 * picture.Pixels.Length);
    }

    [Fact]
    public void Svg_IsWellFormedAndHoldsItsWords()
    {
        XDocument svg = XDocument.Parse(CurvePlot.Svg(_figure));

        Assert.Equal("svg", svg.Root!.Name.LocalName);
        string words = string.Concat(svg.Descendants().Where(element => element.Name.LocalName == "text").Select(element => element.Value));
        Assert.All(["Attention from text to pictures", "decoder layer", "share", "perception", "published"], word => Assert.Contains(word, words, StringComparison.Ordinal));
    }
}
