using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;
using DriveKD.Data.Tests.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Drawing;

public sealed class ContactSheetTests
{
    [Fact]
    public void Draw_RowsAndColumns_PicturesStandPixelByPixelBesideTheirLabels()
    {
        RgbImage street = StreetPicture.Draw(120, 70);
        RgbImage red = new(120, 70, [.. Enumerable.Range(0, 120 * 70).SelectMany(_ => (byte[])[200, 10, 10])]);

        RgbImage sheet = ImageDecoder.Decode(
            ContactSheet.Draw(
                "Title",
                ["one", "two"],
                [new("Clean", "", [new(street, null), new(red, null)]), new("Fog", "severity 3\nWeather", [new(red, "not hit"), null])]),
            "sheet");

        (int x, int y) = Find(sheet, [200, 10, 10]);
        Assert.Equal(red.Pixels, sheet.Crop(x, y, 120, 70).Pixels);
        Assert.Equal(street.Pixels, sheet.Crop(x - 128, y, 120, 70).Pixels);
        // Labels left of both rows, the note over the second red picture's lower corner.
        Assert.Contains(sheet.Crop(20, y, 150, 40).Pixels, level => level < 90);
        Assert.Contains(sheet.Crop(20, y + 90, 150, 40).Pixels, level => level < 90);
        Assert.NotEqual(red.Pixels, sheet.Crop(x - 128, y + Pitch(sheet, x - 128, y), 120, 70).Pixels);
    }

    private static (int X, int Y) Find(RgbImage sheet, byte[] color)
    {
        for (int pixel = 0; pixel < sheet.Width * sheet.Height; pixel++)
        {
            if (sheet.Pixels.AsSpan(3 * pixel, 3).SequenceEqual(color))
            {
                return (pixel % sheet.Width, pixel / sheet.Width);
            }
        }

        throw new InvalidOperationException("the colour is nowhere.");
    }

    // From the first row to the second.
    private static int Pitch(RgbImage sheet, int x, int y) => Find(sheet.Crop(x, y + 70, 120, sheet.Height - y - 70), [200, 10, 10]).Y + 70;
}
