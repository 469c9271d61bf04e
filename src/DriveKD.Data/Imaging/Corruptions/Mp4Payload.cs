using System.Buffers.Binary;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>Finds the media data of an MP4 file with one track: its packets, one after the other.</summary>
internal static class Mp4Payload
{
    private static ReadOnlySpan<byte> MediaData => "mdat"u8;

    /// <summary>Where the media data lie.</summary>
    /// <param name="file">The file's bytes.</param>
    /// <exception cref="InputException">There are none.</exception>
    public static Range Find(ReadOnlySpan<byte> file)
    {
        long start = 0;
        while (start + 8 <= file.Length)
        {
            ReadOnlySpan<byte> box = file[(int)start..];
            long size = BinaryPrimitives.ReadUInt32BigEndian(box);
            int header = 8;
            if (size == 1 && box.Length >= 16)
            {
                size = BinaryPrimitives.ReadInt64BigEndian(box[8..]);
                header = 16;
            }

            size = size == 0 ? box.Length : size;
            if (size < header || size > box.Length)
            {
                break;
            }

            if (box.Slice(4, 4).SequenceEqual(MediaData))
            {
                return (int)(start + header)..(int)(start + size);
            }

            start += size;
        }

        throw new InputException("ffmpeg", "wrote an MP4 file without media data.");
    }
}
