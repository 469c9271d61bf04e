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
                float grey = Grey(picture.Pixels, from);
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

    /// <summary>The picture alone, as dimmed as it lies under a map.</summary>
    /// <param name="image">The picture.</param>
    public static RgbImage Dim(RgbImage image)
    {
        byte[] pixels = new byte[image.Pixels.Length];
        for (int at = 0; at < pixels.Length; at++)
        {
            pixels[at] = (byte)(Dimmed(image.Pixels[at], Grey(image.Pixels, at - (at % 3))) + 0.5f);
        }

        return new RgbImage(image.Width, image.Height, pixels);
    }

    /// <summary>The map alone, one pixel for each token, as opaque as it lies over a picture.</summary>
    /// <param name="map">The map.</param>
    /// <param name="scale">Which weights the colours stand for.</param>
    /// <returns>The bytes of a PNG file with an alpha channel.</returns>
    public static byte[] EncodeMap(AttentionMap map, ColorScale scale)
    {
        using SKBitmap bitmap = new(new SKImageInfo(map.Columns, map.Rows, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        Span<byte> rgba = bitmap.GetPixelSpan();
        for (int i = 0; i < map.Weights.Length; i++)
        {
            float position = scale.Position(map.Weights[i]);
            (rgba[4 * i], rgba[(4 * i) + 1], rgba[(4 * i) + 2]) = ColorMap.Heat.At(position);
            rgba[(4 * i) + 3] = (byte)((byte.MaxValue * float.Lerp(LeastOpacity, MostOpacity, position)) + 0.5f);
        }

        using SKPixmap pixmap = bitmap.PeekPixels();
        return PngEncoder.Encode(pixmap);
    }

    private static float Grey(byte[] pixels, int at) => (0.299f * pixels[at]) + (0.587f * pixels[at + 1]) + (0.114f * pixels[at + 2]);

    private static float Dimmed(byte value, float grey) => Brightness * float.Lerp(grey, value, Saturation);

    private static byte Blend(byte value, float grey, byte color, float opacity) => (byte)(float.Lerp(Dimmed(value, grey), color, opacity) + 0.5f);
}
