using System.Buffers.Binary;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Imaging;

/// <summary>Sizes of pictures without their pixels: <see cref="ImageDecoder.ReadSize"/> and <see cref="SampleImage.ReadSize"/>.</summary>
public sealed class ImageSizeTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("rgb.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("rgb.png")]
    [InlineData("lossy.webp")]
    [InlineData("lossless.webp")]
    [InlineData("lossy-alpha.webp")]
    [InlineData("rgb.bmp")]
    [InlineData("orientation-6.jpg")]
    [InlineData("orientation-6.png")]
    [InlineData("orientation-6.webp")]
    public void ReadSize_EveryFormat_IsThatOfTheDecodedPicture(string file)
    {
        string path = TestPaths.Asset("Images", file);
        RgbImage picture = ImageDecoder.Decode(path);

        Assert.Equal((picture.Width, picture.Height), ImageDecoder.ReadSize(path));
        Assert.Equal((picture.Width, picture.Height), new SampleImage(file, path, Camera: null).ReadSize());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void ReadSize_FrameHeaderBehindLongSegments_IsFound(int segments)
    {
        // A segment holds 65,533 bytes at most: with one the frame's header straddles 64 KiB, with more it is beyond.
        byte[] picture = PictureFactory.Asset("rgb.jpg");
        byte[] segment = new byte[2 + ushort.MaxValue];
        (segment[0], segment[1]) = (0xFF, 0xE1);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(2), ushort.MaxValue);
        "Exif"u8.CopyTo(segment.AsSpan(4));
        string path = Write("long.jpg", [.. picture[..2], .. Enumerable.Repeat(segment, segments).SelectMany(bytes => bytes), .. picture[2..]]);

        Assert.Equal((61, 45), ImageDecoder.ReadSize(path));
        Assert.Equal((61, 45), (ImageDecoder.Decode(path).Width, ImageDecoder.Decode(path).Height));
    }

    [Theory]
    [InlineData("rgb.jpg", 20)]
    [InlineData("rgb.png", 20)]
    [InlineData("lossless.webp", 20)]
    [InlineData("rgb.bmp", 20)]
    public void ReadSize_CutInsideTheHeader_IsRefusedNamingTheFile(string file, int length)
    {
        string path = Write(file, PictureFactory.Asset(file)[..length]);

        InputException exception = Assert.Throws<InputException>(() => ImageDecoder.ReadSize(path));

        Assert.Equal(path, Assert.Single(exception.Problems).Where);
        Assert.Contains("truncated or corrupt", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ReadSize_CutBehindTheHeader_IsTheSize()
    {
        // Only the decoder sees that pixels are missing.
        string path = Write("cut.png", PictureFactory.Asset("rgb.png")[..100]);

        Assert.Equal((61, 45), ImageDecoder.ReadSize(path));
        Assert.Throws<InputException>(() => ImageDecoder.Decode(path));
    }

    [Fact]
    public void ReadSize_NoPicture_SaysWhatWasFound()
    {
        Assert.Contains("the file is empty", Refused(Write("empty.png", [])), StringComparison.Ordinal);
        Assert.Contains("begins with the text", Refused(Write("page.jpg", "<!DOCTYPE html><html>"u8.ToArray())), StringComparison.Ordinal);
        Assert.Contains("not a picture", Refused(Write("zeros.jpg", new byte[100_000])), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadSize_MissingFileOrFolder_SaysSo()
    {
        Assert.Contains("does not exist", Refused(_folder["none.jpg"]), StringComparison.Ordinal);
        Assert.Contains("it is a folder", Refused(_folder.Path), StringComparison.Ordinal);
        Assert.Throws<InputException>(() => new SampleImage("none.jpg", _folder["none.jpg"], Camera: null).ReadSize());
    }

    [Fact]
    public void ReadSize_Over100Megapixels_IsRefused()
    {
        byte[] lying = PictureFactory.Asset("rgb.bmp");
        BinaryPrimitives.WriteInt32LittleEndian(lying.AsSpan(18), 20_000);
        BinaryPrimitives.WriteInt32LittleEndian(lying.AsSpan(22), 5_001);

        Assert.Contains("the picture is too large", Refused(Write("vast.bmp", lying)), StringComparison.Ordinal);
    }

    [Fact]
    public void ReadSize_PictureInMemory_IsDrawn() =>
        Assert.Equal((9, 7), SampleImage.InMemory("drawn", () => PictureFactory.Noise(9, 7, 0)).ReadSize());

    [Fact]
    public void ReadSize_WithoutAnImageRoot_IsAMistakeOfTheProgram() =>
        Assert.Throws<InvalidOperationException>(() => new SampleImage("a.jpg", FullPath: null, Camera: null).ReadSize());

    public void Dispose() => _folder.Dispose();

    private static string Refused(string path) => Assert.Throws<InputException>(() => ImageDecoder.ReadSize(path)).Message;

    private string Write(string file, byte[] bytes)
    {
        File.WriteAllBytes(_folder[file], bytes);
        return _folder[file];
    }
}
