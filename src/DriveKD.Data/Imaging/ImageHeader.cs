using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging;

/// <summary>What a picture file says of itself in its first bytes.</summary>
/// <param name="Format">The encoding, told by content, not by the file's name.</param>
/// <param name="Width">Pixels per row as encoded, before any EXIF orientation; at least 1.</param>
/// <param name="Height">Rows as encoded; at least 1.</param>
public readonly record struct ImageHeader(ImageFormat Format, long Width, long Height)
{
    private const int DescribedBytes = 16;

    /// <summary>The format as people write it.</summary>
    internal string FormatName => Name(Format);

    /// <summary>Reads the header alone; nothing is decoded.</summary>
    /// <param name="bytes">The file, or at least everything up to its frame header.</param>
    /// <param name="name">The file's name, for messages.</param>
    /// <exception cref="InputException">Empty, no picture of a known format, cut off inside the header, or zero-sized.</exception>
    public static ImageHeader Read(ReadOnlySpan<byte> bytes, string name)
    {
        if (bytes.IsEmpty)
        {
            throw new InputException(name, "the file is empty; expected a JPEG, PNG, WebP or BMP picture.");
        }

        ImageHeader? header = null;
        ImageFormat? format = RecogniseFormat(bytes);
        if (format is null)
        {
            throw new InputException(name, $"not a picture: {DescribeContent(bytes)}; expected JPEG, PNG, WebP or BMP.");
        }

        header = format switch
        {
            ImageFormat.Jpeg => ReadJpeg(bytes),
            ImageFormat.Png => ReadPng(bytes),
            ImageFormat.WebP => ReadWebP(bytes),
            _ => ReadBmp(bytes),
        };
        if (header is not { } found)
        {
            throw new InputException(
                name,
                string.Create(CultureInfo.InvariantCulture, $"a {Name(format.Value)} file of {bytes.Length} bytes without a whole, valid header: it is truncated or corrupt."));
        }

        if (found.Width == 0 || found.Height == 0)
        {
            throw new InputException(
                name,
                string.Create(CultureInfo.InvariantCulture, $"a zero-sized {Name(format.Value)} picture ({found.Width} x {found.Height}); expected at least 1 x 1 pixel."));
        }

        return found;
    }

    private static string Name(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => "JPEG",
        ImageFormat.Png => "PNG",
        ImageFormat.WebP => "WebP",
        _ => "BMP",
    };

    private static ImageFormat? RecogniseFormat(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] => ImageFormat.WebP,
        [(byte)'B', (byte)'M', ..] when bytes.Length < 26 || BinaryPrimitives.ReadUInt32LittleEndian(bytes[14..]) is 12 or 40 or 52 or 56 or 64 or 108 or 124 => ImageFormat.Bmp,
        _ => null,
    };

    private static ImageHeader? ReadPng(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 24 || !bytes[12..16].SequenceEqual("IHDR"u8))
        {
            return null;
        }

        return new(ImageFormat.Png, BinaryPrimitives.ReadUInt32BigEndian(bytes[16..]), BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]));
    }

    private static ImageHeader? ReadJpeg(ReadOnlySpan<byte> bytes)
    {
        long at = 2;
        while (at + 4 <= bytes.Length)
        {
            if (bytes[(int)at] != 0xFF)
            {
                // Garbage between segments is skipped, as libjpeg does.
                at++;
                continue;
            }

            byte marker = bytes[(int)at + 1];
            switch (marker)
            {
                case 0xFF:
                    at++;
                    continue;
                case 0x00 or 0x01 or (>= 0xD0 and <= 0xD8):
                    at += 2;
                    continue;
                case 0xD9 or 0xDA:
                    return null;
            }

            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[((int)at + 2)..]);
            bool isFrame = marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC);
            if (isFrame)
            {
                return at + 9 > bytes.Length
                    ? null
                    : new(
                        ImageFormat.Jpeg,
                        BinaryPrimitives.ReadUInt16BigEndian(bytes[((int)at + 7)..]),
                        BinaryPrimitives.ReadUInt16BigEndian(bytes[((int)at + 5)..]));
            }

            at += 2 + Math.Max(length, 2);
        }

        return null;
    }

    private static ImageHeader? ReadBmp(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 26)
        {
            return null;
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[14..]) == 12)
        {
            return new(ImageFormat.Bmp, BinaryPrimitives.ReadUInt16LittleEndian(bytes[18..]), BinaryPrimitives.ReadUInt16LittleEndian(bytes[20..]));
        }

        // A negative height means rows from top to bottom; a negative width means nothing.
        long width = BinaryPrimitives.ReadInt32LittleEndian(bytes[18..]);
        long height = Math.Abs((long)BinaryPrimitives.ReadInt32LittleEndian(bytes[22..]));
        return width < 0 ? null : new(ImageFormat.Bmp, width, height);
    }

    private static ImageHeader? ReadWebP(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 30)
        {
            return null;
        }

        ReadOnlySpan<byte> chunk = bytes[12..16];
        if (chunk.SequenceEqual("VP8X"u8))
        {
            return new(ImageFormat.WebP, 1 + ReadUInt24(bytes[24..]), 1 + ReadUInt24(bytes[27..]));
        }

        if (chunk.SequenceEqual("VP8L"u8) && bytes[20] == 0x2F)
        {
            uint packed = BinaryPrimitives.ReadUInt32LittleEndian(bytes[21..]);
            return new(ImageFormat.WebP, 1 + (packed & 0x3FFF), 1 + ((packed >> 14) & 0x3FFF));
        }

        if (chunk.SequenceEqual("VP8 "u8) && bytes[23..26].SequenceEqual<byte>([0x9D, 0x01, 0x2A]))
        {
            return new(
                ImageFormat.WebP,
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[26..]) & 0x3FFF,
                BinaryPrimitives.ReadUInt16LittleEndian(bytes[28..]) & 0x3FFF);
        }

        return null;
    }

    private static long ReadUInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    private static string DescribeContent(ReadOnlySpan<byte> bytes)
    {
        string? known = bytes switch
        {
            [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "a GIF file",
            [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "a TIFF file",
            [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => "an AVIF, HEIC or MP4 file",
            [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => "a PDF file",
            [(byte)'P', (byte)'K', 3, 4, ..] => "a ZIP file",
            [0x1F, 0x8B, ..] => "a gzip file",
            _ => null,
        };
        if (known is not null)
        {
            return known;
        }

        ReadOnlySpan<byte> start = bytes[..Math.Min(DescribedBytes, bytes.Length)];
        bool isText = start.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0;
        return isText ? $"it begins with the text '{Encoding.ASCII.GetString(start)}'" : $"it begins with the bytes {Convert.ToHexString(start)}";
    }
}
