using System.Runtime.InteropServices;
using SkiaSharp;

namespace DriveKD.Data.Imaging;

/// <summary>Encodes pictures as JPEG. Writing the file is the caller's part.</summary>
public static class JpegEncoder
{
    /// <summary>Encodes a picture without subsampling its colours.</summary>
    /// <param name="image">Any picture.</param>
    /// <param name="quality">1 to 100.</param>
    /// <returns>The bytes of a JPEG file.</returns>
    public static byte[] Encode(RgbImage image, int quality)
    {
        SKImageInfo info = new(image.Width, image.Height, SKColorType.Rgba8888, SKAlphaType.Opaque);
        byte[] rgba = GC.AllocateUninitializedArray<byte>(checked(4 * image.Width * image.Height), pinned: true);
        RgbaPixels.AddAlpha(image.Pixels, rgba);
        using SKPixmap pixmap = new(info, Marshal.UnsafeAddrOfPinnedArrayElement(rgba, 0));
        using SKData data = pixmap.Encode(new SKJpegEncoderOptions(quality, SKJpegEncoderDownsample.Downsample444, SKJpegEncoderAlphaOption.Ignore))
            ?? throw new InvalidOperationException($"{image.Width} x {image.Height} pixels could not be encoded as JPEG.");
        GC.KeepAlive(rgba);
        return data.ToArray();
    }
}
