using System.Buffers.Binary;
using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Imaging;

public sealed class ImageDecoderTests
{
    private const string Name = "picture.bin";

    // Checksums and end markers that follow the last pixel; Pillow does not miss them either.
    private const int TailLength = 24;

    // One file per codec path: rows in strips, progressive, PNG, palette, both kinds of WebP, bitmap.
    public static TheoryData<string> OneOfEachKind { get; } =
        ["rgb.jpg", "rgb-420.jpg", "progressive.jpg", "cmyk.jpg", "rgb.png", "palette.png", "interlaced.png", "lossy.webp", "lossless.webp", "rgb.bmp", "gray.bmp"];

    [Theory]
    [MemberData(nameof(OneOfEachKind))]
    public void Decode_CutAnywhere_IsRefusedNamingTheFile(string file)
    {
        byte[] whole = PictureFactory.Asset(file);
        RgbImage expected = ImageDecoder.Decode(whole, Name);
        int accepted = 0;
        for (int length = 0; length < whole.Length; length += Math.Max(1, Math.Min(17, whole.Length - length - 20)))
        {
            try
            {
                // What follows the last pixel may be lost: then the picture must be whole.
                RgbImage image = ImageDecoder.Decode(whole[..length], Name);
                Assert.Equal(expected.Pixels, image.Pixels);
                Assert.True(length >= whole.Length - TailLength, $"accepted with {length} of {whole.Length} bytes");
                accepted++;
            }
            catch (InputException exception)
            {
                Assert.Equal(Name, Assert.Single(exception.Problems).Where);
            }
        }

        Assert.InRange(accepted, 0, TailLength);
    }

    [Fact]
    public void Decode_RandomDamage_GivesAPictureOrAnInputException()
    {
        byte[][] files = [.. OneOfEachKind.Select(row => PictureFactory.Asset(row.Data))];
        Gen.Select(Gen.Int[0, files.Length - 1], Gen.Int[0, int.MaxValue - 1], Gen.Byte, Gen.Int[1, 8]).Sample(
            (file, at, value, count) =>
            {
                byte[] damaged = [.. files[file]];
                for (int i = 0; i < count; i++)
                {
                    damaged[(at + (i * 7919L)) % damaged.Length] ^= (byte)(value + i);
                }

                try
                {
                    // A small limit, as damage may hit the size.
                    ImageDecoder.Decode(damaged, Name, new ImageDecodeOptions { MaxPixels = 100_000 });
                }
                catch (InputException exception)
                {
                    Assert.All(exception.Problems, problem => Assert.Equal(Name, problem.Where));
                }
            },
            iter: 2000,
            threads: 1);
    }

    [Fact]
    public void Decode_MissingFile_SaysSo()
    {
        using TemporaryFolder folder = new();
        InputException exception = Assert.Throws<InputException>(() => ImageDecoder.Decode(folder["none.jpg"]));
        Assert.Equal(folder["none.jpg"], exception.Problems[0].Where);
        Assert.Contains("does not exist", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_Folder_SaysSo()
    {
        using TemporaryFolder folder = new();
        InputException exception = Assert.Throws<InputException>(() => ImageDecoder.Decode(folder.Path));
        Assert.Contains("it is a folder", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_EmptyFile_SaysSo()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["empty.png"], []);
        InputException exception = Assert.Throws<InputException>(() => ImageDecoder.Decode(folder["empty.png"]));
        Assert.Contains("the file is empty", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("<!DOCTYPE html><html>", "begins with the text '<!DOCTYPE html><'")]
    [InlineData("GIF89a..............", "a GIF file")]
    [InlineData("\0\u0001\u0002\u0003", "begins with the bytes 00010203")]
    [InlineData("BMW is a car maker, not a bitmap", "begins with the text")]
    public void Decode_NoPicture_SaysWhatWasFound(string content, string expected)
    {
        InputException exception = Assert.Throws<InputException>(() => ImageDecoder.Decode(System.Text.Encoding.Latin1.GetBytes(content), Name));
        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
        Assert.Contains("expected JPEG, PNG, WebP or BMP", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rgb.png", 20_000, 5_001)]
    [InlineData("rgb.bmp", 20_000, 5_001)]
    [InlineData("rgb.jpg", 20_000, 5_001)]
    [InlineData("lossless.webp", 16_384, 16_384)]
    [InlineData("rgb.png", int.MaxValue, int.MaxValue)]
    [InlineData("rgb.bmp", int.MaxValue, int.MinValue)]
    public void Decode_Over100Megapixels_IsRefusedByTheHeaderAlone(string file, int width, int height)
    {
        byte[] lying = WithSize(PictureFactory.Asset(file), width, height);
        long before = GC.GetAllocatedBytesForCurrentThread();
        InputException exception = Assert.Throws<InputException>(() => ImageDecoder.Decode(lying, Name));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        Assert.Contains("the picture is too large", exception.Message, StringComparison.Ordinal);
        Assert.Contains("the limit is 100 megapixels", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rgb.png", 10_000, 10_000)]
    [InlineData("rgb.bmp", 10_000, 10_000)]
    public void Decode_100MegapixelsWithoutData_IsTruncatedNotTooLarge(string file, int width, int height)
    {
        byte[] lying = WithSize(PictureFactory.Asset(file), width, height);
        InputException exception = Assert.Throws<InputException>(() => ImageDecoder.Decode(lying, Name));
        Assert.Contains("truncated or corrupt", exception.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("rgb.png", 0, 45)]
    [InlineData("rgb.bmp", 61, 0)]
    [InlineData("rgb.jpg", 61, 0)]
    [InlineData("progressive.jpg", 0, 0)]
    public void Decode_ZeroSized_SaysSo(string file, int width, int height)
    {
        InputException exception = Assert.Throws<InputException>(() => ImageDecoder.Decode(WithSize(PictureFactory.Asset(file), width, height), Name));
        Assert.Contains("zero-sized", exception.Message, StringComparison.Ordinal);
        Assert.Contains($"({width} x {height})", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OwnLimit_IsAnInclusiveMaximum()
    {
        byte[] file = PictureFactory.Asset("rgb.png");
        Assert.Equal(61, ImageDecoder.Decode(file, Name, new ImageDecodeOptions { MaxPixels = 61 * 45 }).Width);
        Assert.Throws<InputException>(() => ImageDecoder.Decode(file, Name, new ImageDecodeOptions { MaxPixels = (61 * 45) - 1 }));
    }

    [Fact]
    public void Decode_WrongSuffix_GoesByContent()
    {
        using TemporaryFolder folder = new();
        File.WriteAllBytes(folder["really-a-webp.jpg"], PictureFactory.Asset("lossless.webp"));
        Assert.Equal(ImageDecoder.Decode(PictureFactory.Asset("rgb.png"), Name).Pixels, ImageDecoder.Decode(folder["really-a-webp.jpg"]).Pixels);
    }

    [Fact]
    public void Decode_TrailingGarbage_IsIgnoredAsPillowDoes()
    {
        foreach (ITheoryDataRow row in OneOfEachKind)
        {
            byte[] file = PictureFactory.Asset((string)row.GetData()[0]!);
            byte[] longer = [.. file, .. new byte[100]];
            Assert.Equal(ImageDecoder.Decode(file, Name).Pixels, ImageDecoder.Decode(longer, Name).Pixels);
        }
    }

    // Overwrites the size in the header of a file and, where there is one, the header's checksum.
    private static byte[] WithSize(byte[] file, int width, int height)
    {
        switch (ImageHeader.Read(file, Name).Format)
        {
            case ImageFormat.Png:
                BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(16), width);
                BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(20), height);
                BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(29), Crc32(file.AsSpan(12, 17)));
                break;
            case ImageFormat.Bmp:
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(18), width);
                BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), height);
                break;
            case ImageFormat.WebP:
                uint packed = BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(21)) & 0xF0000000;
                BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(21), packed | (uint)(width - 1) | ((uint)(height - 1) << 14));
                break;
            default:
                int frame = Math.Max(file.AsSpan().IndexOf<byte>([0xFF, 0xC0, 0x00, 0x11, 0x08]), file.AsSpan().IndexOf<byte>([0xFF, 0xC2, 0x00, 0x11, 0x08]));
                BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 5), (ushort)height);
                BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(frame + 7), (ushort)width);
                break;
        }

        return file;
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
            }
        }

        return ~crc;
    }
}
