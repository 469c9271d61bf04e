using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using DriveKD.Data.Errors;
using SkiaSharp;

namespace DriveKD.Data.Imaging;

/// <summary>
/// Decodes JPEG, PNG, WebP and BMP to the bytes of Pillow's <c>convert("RGB")</c>: alpha is dropped without blending, so colours
/// hidden under transparency stay; palettes, grey and CMYK become RGB; of 16-bit samples the upper byte is taken; colour profiles
/// are ignored. One known deviation: Pillow clips 16-bit grey at 255, here its upper byte is taken too.
/// </summary>
public static class ImageDecoder
{
    private const int StripRows = 16;
    private const int BytesOfHeader = 1 << 16;

    /// <summary>Decodes a file.</summary>
    /// <param name="path">The file; its format is told by content.</param>
    /// <param name="options">Orientation and limits; the reference trainers' behaviour when null.</param>
    /// <exception cref="InputException">The file is missing, unreadable, empty, no picture, zero-sized, too large, truncated or corrupt.</exception>
    public static RgbImage Decode(string path, ImageDecodeOptions? options = null) => Decode(ReadFile(path), path, options);

    /// <summary>The size of a picture file as <see cref="Decode(string, ImageDecodeOptions?)"/> gives it by default; nothing is decoded.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file is missing, unreadable, empty, no picture, zero-sized or too large.</exception>
    public static (int Width, int Height) ReadSize(string path)
    {
        byte[] beginning = ReadFile(path, BytesOfHeader);
        ImageHeader header;
        try
        {
            header = ImageHeader.Read(beginning, path);
        }
        catch (InputException) when (beginning.Length == BytesOfHeader)
        {
            // Some files have their thumbnails before the frame's header.
            header = ImageHeader.Read(ReadFile(path), path);
        }

        RefuseTooLarge(header.Width, header.Height, ImageDecodeOptions.Default, path);
        return ((int)header.Width, (int)header.Height);
    }

    /// <summary>Decodes a picture held in memory.</summary>
    /// <param name="bytes">The encoded file.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="options">Orientation and limits; the reference trainers' behaviour when null.</param>
    /// <exception cref="InputException">The bytes are empty, no picture, zero-sized, too large, truncated or corrupt.</exception>
    public static RgbImage Decode(byte[] bytes, string name, ImageDecodeOptions? options = null)
    {
        options ??= ImageDecodeOptions.Default;
        ImageHeader header = ImageHeader.Read(bytes, name);
        RefuseTooLarge(header.Width, header.Height, options, name);
        RefuseCutWebP(bytes, header, name);

        GCHandle pinned = GCHandle.Alloc(bytes, GCHandleType.Pinned);
        try
        {
            using SKData data = SKData.Create(pinned.AddrOfPinnedObject(), bytes.Length);
            using SKMemoryStream stream = new(data);
            using SKCodec codec = SKCodec.Create(stream, out SKCodecResult result)
                ?? throw new InputException(name, $"a {header.FormatName} file that cannot be decoded: {Describe(result)}.");
            RefuseTooLarge(codec.Info.Width, codec.Info.Height, options, name);
            RgbImage image = DecodeByStrips(codec, header, name) ?? DecodeWhole(codec, header, name);
            Bmp16.RestoreLevels(bytes, header, image);
            return options.ApplyExifOrientation ? ExifOrientation.Apply(image, Orientation(bytes, header, codec)) : image;
        }
        finally
        {
            pinned.Free();
        }
    }

    // Rows are decoded a strip at a time where the codec can do it from top to bottom (JPEG): four bytes per pixel exist for a
    // few rows only. Null where it cannot.
    private static RgbImage? DecodeByStrips(SKCodec codec, ImageHeader header, string name)
    {
        SKImageInfo info = RgbaInfo(codec);
        SKCodecResult started = codec.StartScanlineDecode(info);
        if (started == SKCodecResult.Unimplemented || (started == SKCodecResult.Success && codec.ScanlineOrder != SKCodecScanlineOrder.TopDown))
        {
            return null;
        }

        if (started != SKCodecResult.Success)
        {
            throw Broken(header, name, Describe(started));
        }

        byte[] pixels = GC.AllocateUninitializedArray<byte>(3 * info.Width * info.Height);
        byte[] strip = GC.AllocateUninitializedArray<byte>(Math.Min(StripRows, info.Height) * info.RowBytes, pinned: true);
        nint stripAddress = Marshal.UnsafeAddrOfPinnedArrayElement(strip, 0);
        for (int row = 0; row < info.Height; row += StripRows)
        {
            int rows = Math.Min(StripRows, info.Height - row);
            int decoded = codec.GetScanlines(stripAddress, rows, info.RowBytes);
            if (decoded < rows)
            {
                throw Broken(header, name, string.Create(CultureInfo.InvariantCulture, $"the data end or break after row {row + Math.Max(decoded, 0)} of {info.Height}"));
            }

            RgbaPixels.DropAlpha(strip.AsSpan(0, rows * info.RowBytes), pixels.AsSpan(3 * info.Width * row));
        }

        return new RgbImage(info.Width, info.Height, pixels);
    }

    private static RgbImage DecodeWhole(SKCodec codec, ImageHeader header, string name)
    {
        SKImageInfo info = RgbaInfo(codec);
        byte[] rgba = GC.AllocateUninitializedArray<byte>(info.BytesSize, pinned: true);
        SKCodecResult result = codec.GetPixels(info, Marshal.UnsafeAddrOfPinnedArrayElement(rgba, 0));
        if (result != SKCodecResult.Success)
        {
            throw Broken(header, name, Describe(result));
        }

        byte[] pixels = GC.AllocateUninitializedArray<byte>(3 * info.Width * info.Height);
        RgbaPixels.DropAlpha(rgba, pixels);
        return new RgbImage(info.Width, info.Height, pixels);
    }

    // The codec finds the tag in JPEG and WebP, not in PNG.
    private static int Orientation(byte[] bytes, ImageHeader header, SKCodec codec) =>
        header.Format == ImageFormat.Png ? ExifOrientation.OfPng(bytes) : (int)codec.EncodedOrigin;

    // Unpremultiplied, or hidden colours would be lost; without a colour space, or profiles would be applied.
    private static SKImageInfo RgbaInfo(SKCodec codec) =>
        new(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);

    private static byte[] ReadFile(string path, int mostBytes = int.MaxValue)
    {
        try
        {
            if (mostBytes == int.MaxValue)
            {
                return File.ReadAllBytes(path);
            }

            using FileStream stream = File.OpenRead(path);
            byte[] bytes = new byte[(int)Math.Min(stream.Length, mostBytes)];
            stream.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception exception) when (exception is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new InputException(path, "the picture does not exist.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string reason = Directory.Exists(path) ? "it is a folder; expected a picture file." : $"the picture could not be read: {exception.Message}";
            throw new InputException(path, reason, exception);
        }
    }

    private static void RefuseTooLarge(long width, long height, ImageDecodeOptions options, string name)
    {
        // Four bytes per pixel must fit into one array, whatever the limit says.
        long limit = Math.Min(options.MaxPixels, Array.MaxLength / 4);
        if (width > limit / height)
        {
            double megapixels = (double)width * height / 1e6;
            throw new InputException(
                name,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"the picture is too large: {width} x {height} pixels ({megapixels:0.#} megapixels); the limit is {limit / 1e6:0.###} megapixels."));
        }
    }

    // The codec does not miss the last byte of a WebP file where its padding or the last bits are not needed.
    private static void RefuseCutWebP(byte[] bytes, ImageHeader header, string name)
    {
        if (header.Format == ImageFormat.WebP && bytes.Length - 8L < BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4)))
        {
            long declared = 8L + BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(4));
            throw Broken(header, name, string.Create(CultureInfo.InvariantCulture, $"{bytes.Length} of {declared} bytes are there"));
        }
    }

    private static InputException Broken(ImageHeader header, string name, string what) =>
        new(name, string.Create(CultureInfo.InvariantCulture, $"a {header.FormatName} picture of {header.Width} x {header.Height} pixels that is truncated or corrupt: {what}."));

    private static string Describe(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "the data end too early",
        SKCodecResult.ErrorInInput or SKCodecResult.InvalidInput => "the data are damaged",
        SKCodecResult.Unimplemented => "this variant of the format is not supported",
        _ => $"the decoder reports {result}",
    };
}
