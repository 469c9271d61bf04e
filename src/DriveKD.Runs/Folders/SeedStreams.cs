using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DriveKD.Runs.Folders;

/// <summary>
/// Splits one seed into named, independent streams, so that a draw more in one place moves no other. A stream's seed is the first
/// eight bytes, little-endian, of SHA-256 over the UTF-8 text <c>SEED/NAME</c>: the same on every machine and in every version.
/// </summary>
/// <param name="seed">The run's seed.</param>
public sealed class SeedStreams(long seed)
{
    /// <summary>The run's seed.</summary>
    public long Seed { get; } = seed;

    /// <summary>A stream's seed.</summary>
    /// <param name="name">What the stream is for, for example <c>order/epoch-3</c>.</param>
    public ulong Derive(string name)
    {
        string text = string.Create(CultureInfo.InvariantCulture, $"{Seed}/{name}");
        return BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    /// <summary>A stream at its start.</summary>
    /// <param name="name">What the stream is for.</param>
    public RandomStream Open(string name) => new(Derive(name));
}
