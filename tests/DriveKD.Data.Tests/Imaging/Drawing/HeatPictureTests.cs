using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Drawing;
using SkiaSharp;

namespace DriveKD.Data.Tests.Imaging.Drawing;

public sealed class HeatPictureTests
{
    // Dimming, opacity and blending are each rounded to 8 bits.
    private const int Tolerance = 2;

    [Fact]
    public void EncodeMap_OverTheDimmedPicture_IsThePictureThatIsDrawnWhole()
    {
        const int Width = 4;
        const int Height = 3;
        byte[] pixels = new byte[3 * Width * Height];
        new Random(1).NextBytes(pixels);
        AttentionMap map = new(Height, Width, [.. Enumerable.Range(0, Width * Height).Select(i => i / 100f)]);
        AttentionPanel panel = new() { Image = new RgbImage(Width, Height, pixels), Label = "a", Map = map };
        ColorScale scale = ColorScale.Of([map]);

        using SKBitmap whole = HeatPicture.Create(panel, scale, Width, Height);
        RgbImage dimmed = HeatPicture.Dim(panel.Image);
        using SKBitmap overlay = SKBitmap.Decode(HeatPicture.EncodeMap(map, scale), new SKImageInfo(Width, Height, SKColorType.Rgba8888, SKAlphaType.Unpremul));

        for (int i = 0; i < Width * Height; i++)
        {
            SKColor over = overlay.GetPixel(i % Width, i / Width);
            SKColor expected = whole.GetPixel(i % Width, i / Width);
            float opacity = over.Alpha / 255f;
            Assert.InRange(float.Lerp(dimmed.Pixels[3 * i], over.Red, opacity), expected.Red - Tolerance, expected.Red + Tolerance);
            Assert.InRange(float.Lerp(dimmed.Pixels[(3 * i) + 1], over.Green, opacity), expected.Green - Tolerance, expected.Green + Tolerance);
            Assert.InRange(float.Lerp(dimmed.Pixels[(3 * i) + 2], over.Blue, opacity), expected.Blue - Tolerance, expected.Blue + Tolerance);
        }
    }
}
