using System.Buffers.Binary;
using System.IO.Compression;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>
/// The samples of a 16-bit grey PNG, read apart from the decoder under test. Pillow clips such samples at 255, this implementation
/// takes their upper byte: with both halves at hand the deviation is shown to be exactly that and nothing else.
/// </summary>
internal sealed class Gray16Png
{
    private const string PilMode = "I;16";
    private const string OlderPilMode = "I";

    /// <summary>What is said wherever it matters.</summary>
    public const string Deviation =
        "known deviation: of 16-bit grey the upper byte is taken, the reference clips at 255; compared after clipping the same samples";

    private const int BytesPerSample = 2;
    private const int HeaderLength = 33;

    private readonly int _width;
    private readonly int _height;
    private readonly byte[] _samples;

    private Gray16Png(int width, int height, byte[] samples)
    {
        (_width, _height, _samples) = (width, height, samples);
    }

    /// <summary>Whether a table marks a picture as 16-bit grey.</summary>
    /// <param name="pilMode">Pillow's name of its mode.</param>
    public static bool IsMode(string? pilMode) => pilMode is PilMode or OlderPilMode;

    /// <summary>Reads a file.</summary>
    /// <param name="path">A PNG with one 16-bit channel, not interlaced.</param>
    /// <exception cref="InputException">It is something else.</exception>
    public static Gray16Png Read(string path)
    {
        byte[] file = File.ReadAllBytes(path);
        ImageHeader header = ImageHeader.Read(file, path);
        bool isGray16 = header.Format == ImageFormat.Png && file.Length > HeaderLength && file[24] == 16 && file[25] == 0 && file[28] == 0;
        if (!isGray16 || header.Width * header.Height > ImageDecodeOptions.Default.MaxPixels)
        {
            throw new InputException(path, $"recorded as {PilMode}, but not a 16-bit grey PNG without interlacing.");
        }

        int stride = BytesPerSample * (int)header.Width;
        byte[] samples = new byte[stride * (int)header.Height];
        try
        {
            using ZLibStream data = new(new MemoryStream(ImageData(file)), CompressionMode.Decompress);
            byte[] above = new byte[stride];
            for (int at = 0; at < samples.Length; at += stride)
            {
                int filter = data.ReadByte();
                Span<byte> row = samples.AsSpan(at, stride);
                data.ReadExactly(row);
                Unfilter(filter, row, above);
                row.CopyTo(above);
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException or ArgumentOutOfRangeException)
        {
            throw new InputException(path, $"a damaged PNG: {exception.Message}", exception);
        }

        return new Gray16Png((int)header.Width, (int)header.Height, samples);
    }

    /// <summary>The upper byte of each sample, as grey.</summary>
    public RgbImage UpperBytes() => ToRgb(sample => (byte)(sample >> 8));

    /// <summary>What Pillow 11.3 makes of it.</summary>
    public RgbImage ClippedAt255() => ToRgb(sample => (byte)Math.Min((int)sample, byte.MaxValue));

    private RgbImage ToRgb(Func<ushort, byte> convert)
    {
        byte[] pixels = new byte[3 * _width * _height];
        for (int i = 0; i < _width * _height; i++)
        {
            byte value = convert(BinaryPrimitives.ReadUInt16BigEndian(_samples.AsSpan(BytesPerSample * i)));
            pixels.AsSpan(3 * i, 3).Fill(value);
        }

        return new RgbImage(_width, _height, pixels);
    }

    private static byte[] ImageData(ReadOnlySpan<byte> file)
    {
        List<byte> data = [];
        int at = 8;
        while (at + 12 <= file.Length)
        {
            uint length = BinaryPrimitives.ReadUInt32BigEndian(file[at..]);
            if (length > file.Length - at - 12)
            {
                break;
            }

            if (file.Slice(at + 4, 4).SequenceEqual("IDAT"u8))
            {
                data.AddRange(file.Slice(at + 8, (int)length));
            }

            at += 12 + (int)length;
        }

        return [.. data];
    }

    // PNG specification, section 9: each byte was stored as its difference from a prediction by its neighbours.
    private static void Unfilter(int filter, Span<byte> row, ReadOnlySpan<byte> above)
    {
        for (int i = 0; i < row.Length; i++)
        {
            int left = i < BytesPerSample ? 0 : row[i - BytesPerSample];
            int aboveLeft = i < BytesPerSample ? 0 : above[i - BytesPerSample];
            row[i] += (byte)(filter switch
            {
                0 => 0,
                1 => left,
                2 => above[i],
                3 => (left + above[i]) / 2,
                4 => Paeth(left, above[i], aboveLeft),
                _ => throw new InvalidDataException($"filter {filter} does not exist."),
            });
        }
    }

    private static int Paeth(int left, int above, int aboveLeft)
    {
        int estimate = left + above - aboveLeft;
        int toLeft = Math.Abs(estimate - left);
        int toAbove = Math.Abs(estimate - above);
        int toAboveLeft = Math.Abs(estimate - aboveLeft);
        return toLeft <= toAbove && toLeft <= toAboveLeft ? left : toAbove <= toAboveLeft ? above : aboveLeft;
    }
}
