using CsCheck;
using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class PngEncoderTests
{
    [Fact]
    public void Encode_AnyPicture_DecodesToTheSameBytes()
    {
        Gen.Select(Gen.Int[1, 80], Gen.Int[1, 80], Gen.Int).Sample(
            (width, height, seed) =>
            {
                RgbImage image = PictureFactory.Noise(width, height, seed);
                RgbImage decoded = ImageDecoder.Decode(PngEncoder.Encode(image), "encoded.png");
                Assert.Equal((width, height), (decoded.Width, decoded.Height));
                Assert.Equal(image.Pixels, decoded.Pixels);
            },
            iter: 200);
    }

    [Fact]
    public void Encode_HasNoAlphaChannel() => Assert.Equal(2, PngEncoder.Encode(PictureFactory.Noise(3, 3, 0))[25]);
}
