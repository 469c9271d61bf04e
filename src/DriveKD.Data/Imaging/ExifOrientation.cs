using System.Buffers.Binary;

namespace DriveKD.Data.Imaging;

/// <summary>Turns pictures upright by the EXIF orientation tag (TIFF 6.0 tag 274: 1 upright ... 8 to be turned a quarter left).</summary>
internal static class ExifOrientation
{
    private const int Upright = 1;
    private const ushort Tag = 274;
    private const int EntryLength = 12;

    /// <summary>Reads the orientation from the eXIf chunk of a PNG file.</summary>
    /// <param name="file">The whole file.</param>
    /// <returns>1 to 8; 1 where there is no such chunk or no such tag in it.</returns>
    public static int OfPng(ReadOnlySpan<byte> file)
    {
        const int SignatureLength = 8;
        const int ChunkOverhead = 12;
        long at = SignatureLength;
        while (at + ChunkOverhead <= file.Length)
        {
            ReadOnlySpan<byte> chunk = file[(int)at..];
            long length = BinaryPrimitives.ReadUInt32BigEndian(chunk);
            if (length > chunk.Length - ChunkOverhead)
            {
                break;
            }

            if (chunk.Slice(4, 4).SequenceEqual("eXIf"u8))
            {
                return OfTiff(chunk.Slice(8, (int)length));
            }

            at += ChunkOverhead + length;
        }

        return Upright;
    }

    /// <summary>Applies an orientation.</summary>
    /// <param name="image">The picture as stored.</param>
    /// <param name="orientation">1 to 8; anything else counts as 1.</param>
    /// <returns>A new picture, or the same object where nothing changes.</returns>
    public static RgbImage Apply(RgbImage image, int orientation)
    {
        if (orientation is < 2 or > 8)
        {
            return image;
        }

        int lastX = image.Width - 1;
        int lastY = image.Height - 1;

        // Where output pixel (0, 0) comes from, and where one step right and one step down in the output lead in the source.
        (int x, int y, int rightX, int rightY, int downX, int downY) = orientation switch
        {
            2 => (lastX, 0, -1, 0, 0, 1),
            3 => (lastX, lastY, -1, 0, 0, -1),
            4 => (0, lastY, 1, 0, 0, -1),
            5 => (0, 0, 0, 1, 1, 0),
            6 => (0, lastY, 0, -1, 1, 0),
            7 => (lastX, lastY, 0, -1, -1, 0),
            _ => (lastX, 0, 0, 1, -1, 0),
        };
        bool swapsAxes = orientation >= 5;
        int width = swapsAxes ? image.Height : image.Width;
        int height = swapsAxes ? image.Width : image.Height;

        int start = 3 * ((y * image.Width) + x);
        int right = 3 * ((rightY * image.Width) + rightX);
        int down = 3 * ((downY * image.Width) + downX);
        byte[] source = image.Pixels;
        byte[] target = GC.AllocateUninitializedArray<byte>(source.Length);
        int written = 0;
        for (int row = 0; row < height; row++)
        {
            int from = start + (row * down);
            for (int column = 0; column < width; column++, from += right, written += 3)
            {
                target[written] = source[from];
                target[written + 1] = source[from + 1];
                target[written + 2] = source[from + 2];
            }
        }

        return new RgbImage(width, height, target);
    }

    // TIFF 6.0: a byte order, the place of the first directory, and there 12 bytes per tag.
    private static int OfTiff(ReadOnlySpan<byte> tiff)
    {
        bool isLittleEndian = tiff is [(byte)'I', (byte)'I', 42, 0, ..];
        if (!isLittleEndian && tiff is not [(byte)'M', (byte)'M', 0, 42, ..])
        {
            return Upright;
        }

        uint directory = tiff.Length < 8 ? uint.MaxValue : ReadUInt32(tiff[4..], isLittleEndian);
        if (directory > tiff.Length - 2)
        {
            return Upright;
        }

        int entries = ReadUInt16(tiff[(int)directory..], isLittleEndian);
        ReadOnlySpan<byte> rest = tiff[((int)directory + 2)..];
        for (; entries > 0 && rest.Length >= EntryLength; entries--, rest = rest[EntryLength..])
        {
            if (ReadUInt16(rest, isLittleEndian) == Tag)
            {
                return ReadUInt16(rest[8..], isLittleEndian);
            }
        }

        return Upright;
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> bytes, bool isLittleEndian) =>
        isLittleEndian ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint ReadUInt32(ReadOnlySpan<byte> bytes, bool isLittleEndian) =>
        isLittleEndian ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
