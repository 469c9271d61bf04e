using System.Buffers.Binary;

namespace DriveKD.Data.Imaging;

/// <summary>
/// The grey levels of bitmaps with 16 bits per pixel: the codec rounds v * 255 / 31 (or / 63), Pillow cuts the fraction off. The
/// levels are too few to collide, so that one can be turned into the other.
/// </summary>
internal static class Bmp16
{
    private const int FiveBits = 31;
    private const int SixBits = 63;

    /// <summary>Changes the picture's bytes to Pillow's; leaves every other kind of file alone.</summary>
    /// <param name="file">The encoded file.</param>
    /// <param name="header">Its header.</param>
    /// <param name="image">The decoded picture.</param>
    public static void RestoreLevels(ReadOnlySpan<byte> file, ImageHeader header, RgbImage image)
    {
        const int InfoHeaderEnd = 54;
        const int BitfieldCompression = 3;
        bool isBmp16 = header.Format == ImageFormat.Bmp && file.Length >= InfoHeaderEnd && file[14] >= 40 && BinaryPrimitives.ReadUInt16LittleEndian(file[28..]) == 16;
        if (!isBmp16)
        {
            return;
        }

        bool has565 = file.Length >= InfoHeaderEnd + 12
            && BinaryPrimitives.ReadUInt32LittleEndian(file[30..]) == BitfieldCompression
            && BinaryPrimitives.ReadUInt32LittleEndian(file[58..]) == SixBits << 5;
        byte[] five = Table(FiveBits);
        byte[] green = has565 ? Table(SixBits) : five;
        Span<byte> pixels = image.Pixels;
        for (int i = 0; i < pixels.Length; i += 3)
        {
            pixels[i] = five[pixels[i]];
            pixels[i + 1] = green[pixels[i + 1]];
            pixels[i + 2] = five[pixels[i + 2]];
        }
    }

    private static byte[] Table(int highest)
    {
        byte[] table = new byte[256];
        for (int value = 0; value < table.Length; value++)
        {
            int level = ((value * highest) + 127) / byte.MaxValue;
            table[value] = (byte)(level * byte.MaxValue / highest);
        }

        return table;
    }
}
