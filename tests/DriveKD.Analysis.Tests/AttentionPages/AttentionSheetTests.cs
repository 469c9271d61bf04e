using System.Xml.Linq;
using DriveKD.Analysis.AttentionPages;
using DriveKD.Data.Imaging;

namespace DriveKD.Analysis.Tests.AttentionPages;

public sealed class AttentionSheetTests
{
    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";

    [Fact]
    public void DrawSvg_Sheet_IsXmlWithAPictureForEveryMapAndTextThatIsText()
    {
        XElement root = XDocument.Parse(new AttentionSheet(AttentionReports.Create()).DrawSvg()).Root!;

        XElement[] images = [.. root.Descendants(_svg + "image")];
        Assert.Equal(6 * 3 * 2, images.Length);
        Assert.All(images, image => Assert.StartsWith("data:image/jpeg;base64,", image.Attribute("href")!.Value, StringComparison.Ordinal));
        string[] texts = [.. root.Descendants(_svg + "text").Select(text => text.Value)];
        Assert.All(Enumerable.Range(1, 6), layer => Assert.Contains($"layer {layer} of 6", texts));
        Assert.Contains("Question: What is ahead?", texts);
        Assert.Contains("Answer: Red <car> & \"bus\".", texts);
        Assert.Contains("1 - cosine 0.3", texts);
    }

    [Fact]
    public void DrawSvg_EveryThing_LiesOnTheSheet()
    {
        XElement root = XDocument.Parse(new AttentionSheet(AttentionReports.Create()).DrawSvg()).Root!;

        double width = Number(root, "width");
        double height = Number(root, "height");
        Assert.All(root.Descendants(_svg + "image"), image =>
        {
            Assert.InRange(Number(image, "x") + Number(image, "width"), 0, width);
            Assert.InRange(Number(image, "y") + Number(image, "height"), 0, height);
        });
        Assert.All(root.Descendants(_svg + "text"), text => Assert.InRange(Number(text, "y"), 0, height));

        static double Number(XElement element, string name) => double.Parse(element.Attribute(name)!.Value, System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public void DrawPng_Sheet_IsAPictureOfTheSameShape()
    {
        AttentionSheet sheet = new(AttentionReports.Create(layers: 2));
        XElement root = XDocument.Parse(sheet.DrawSvg()).Root!;

        RgbImage image = ImageDecoder.Decode(sheet.DrawPng(), "maps.png");

        Assert.Equal(
            (2 * (int)root.Attribute("width")!, 2 * (int)root.Attribute("height")!),
            (image.Width, image.Height));
        Assert.True(image.Pixels.Distinct().Count() > 50);
    }

    [Fact]
    public void DrawPng_ManyLayers_KeepsToOnePixelAPoint()
    {
        AttentionSheet sheet = new(AttentionReports.Create(layers: 28));

        Assert.Equal((int)XDocument.Parse(sheet.DrawSvg()).Root!.Attribute("height")!, ImageDecoder.Decode(sheet.DrawPng(), "maps.png").Height);
    }

    [Fact]
    public void DrawSvg_OneModel_HasOneMapForEachPicture() =>
        Assert.Equal(3 * 3, XDocument.Parse(new AttentionSheet(AttentionReports.Create(layers: 3, studentLayers: 0)).DrawSvg()).Descendants(_svg + "image").Count());
}
