using System.Runtime.InteropServices;
using SkiaSharp;

namespace DriveKD.Data.Imaging;

/// <summary>Encodes pictures as PNG. Writing the file is the caller's part (atomically, under its own rules).</summary>
public static class PngEncoder
{
    /// <summary>Encodes a picture, without loss and without an alpha channel.</summary>
    /// <param name="image">Any picture.</param>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Encode(RgbImage image)
    {
        SKImageInfo info = new(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        byte[] rgba = GC.AllocateUninitializedArray<byte>(checked(4 * image.Width * image.Height), pinned: true);
        RgbaPixels.AddAlpha(image.Pixels, rgba);
        using SKPixmap pixmap = new(info, Marshal.UnsafeAddrOfPinnedArrayElement(rgba, 0));
        byte[] encoded = Encode(pixmap);
        GC.KeepAlive(rgba);
        return encoded;
    }

    /// <summary>Encodes a canvas's pixels.</summary>
    internal static byte[] Encode(SKPixmap pixmap)
    {
        using SKData data = pixmap.Encode(SKPngEncoderOptions.Default)
            ?? throw new InvalidOperationException($"{pixmap.Width} x {pixmap.Height} pixels could not be encoded as PNG.");
        return data.ToArray();
    }
}
