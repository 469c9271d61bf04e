using System.Buffers.Binary;
using System.Text;

namespace DriveKD.Models.Tests.Checkpoints;

/// <summary>Safetensors files made from their parts, sound or not.</summary>
internal static class RawSafetensors
{
    public static byte[] Bytes(string json, int dataBytes, ulong? claimedLength = null)
    {
        byte[] header = Encoding.UTF8.GetBytes(json);
        byte[] file = new byte[8 + header.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, claimedLength ?? (ulong)header.Length);
        header.CopyTo(file, 8);
        for (int i = 0; i < dataBytes; i++)
        {
            file[8 + header.Length + i] = (byte)i;
        }

        return file;
    }

    public static string Write(string path, string json, int dataBytes, ulong? claimedLength = null)
    {
        File.WriteAllBytes(path, Bytes(json, dataBytes, claimedLength));
        return path;
    }
}
