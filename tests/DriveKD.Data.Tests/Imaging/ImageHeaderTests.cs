using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class ImageHeaderTests
{
    [Theory]
    [InlineData("rgb.jpg", ImageFormat.Jpeg)]
    [InlineData("progressive.jpg", ImageFormat.Jpeg)]
    [InlineData("rgb.png", ImageFormat.Png)]
    [InlineData("lossy.webp", ImageFormat.WebP)]
    [InlineData("lossless.webp", ImageFormat.WebP)]
    [InlineData("lossy-alpha.webp", ImageFormat.WebP)]
    [InlineData("animation.webp", ImageFormat.WebP)]
    [InlineData("rgb.bmp", ImageFormat.Bmp)]
    public void Read_EveryFormat_GivesFormatAndSize(string file, ImageFormat format) =>
        Assert.Equal(new ImageHeader(format, 61, 45), ImageHeader.Read(PictureFactory.Asset(file), file));

    [Fact]
    public void Read_TopDownBitmap_HasAPositiveHeight()
    {
        byte[] file = PictureFactory.Asset("rgb.bmp");
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(22), -45);
        Assert.Equal(45, ImageHeader.Read(file, "rgb.bmp").Height);
        Assert.Equal(45, ImageDecoder.Decode(file, "rgb.bmp").Height);
    }
}
