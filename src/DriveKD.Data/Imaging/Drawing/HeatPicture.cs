using SkiaSharp;

namespace DriveKD.Data.Imaging.Drawing;

/// <summary>A picture at display size, dimmed, with its attention map blended over it.</summary>
internal static class HeatPicture
{
    private const float Saturation = 0.35f;
    private const float Brightness = 0.9f;
    private const float LeastOpacity = 0.22f;
    private const float MostOpacity = 0.75f;

    /// <summary>Draws it.</summary>
    /// <param name="panel">Picture and map.</param>
    /// <param name="scale">Which weights the colours stand for.</param>
    /// <param name="width">Display width, in pixels.</param>
    /// <param name="height">Display height, in pixels.</param>
    /// <returns>A bitmap that the caller disposes of.</returns>
    public static SKBitmap Create(AttentionPanel panel, ColorScale scale, int width, int height)
    {
        RgbImage picture = BicubicResizer.Resize(panel.Image, width, height);
        byte[] rgba = new byte[4 * width * height];
        for (int y = 0, from = 0, to = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++, from += 3, to += 4)
            {
                float position = scale.Position(panel.Map.At((x + 0.5f) / width, (y + 0.5f) / height));
                (byte red, byte green, byte blue) = ColorMap.Heat.At(position);
                float opacity = float.Lerp(LeastOpacity, MostOpacity, position);
                float grey = (0.299f * picture.Pixels[from]) + (0.587f * picture.Pixels[from + 1]) + (0.114f * picture.Pixels[from + 2]);
                rgba[to] = Blend(picture.Pixels[from], grey, red, opacity);
                rgba[to + 1] = Blend(picture.Pixels[from + 1], grey, green, opacity);
                rgba[to + 2] = Blend(picture.Pixels[from + 2], grey, blue, opacity);
                rgba[to + 3] = byte.MaxValue;
            }
        }

        SKBitmap bitmap = new(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        rgba.CopyTo(bitmap.GetPixelSpan());
        return bitmap;
    }

    private static byte Blend(byte value, float grey, byte color, float opacity)
    {
        float dimmed = Brightness * float.Lerp(grey, value, Saturation);
        return (byte)(float.Lerp(dimmed, color, opacity) + 0.5f);
    }
}
