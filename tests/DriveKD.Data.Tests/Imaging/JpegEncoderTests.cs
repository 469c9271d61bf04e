using DriveKD.Data.Imaging;
using DriveKD.Data.Tests.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging;

public sealed class JpegEncoderTests
{
    [Theory]
    [InlineData(95, 2.5)]
    [InlineData(100, 1)]
    public void Encode_Picture_DecodesToAboutTheSame(int quality, double difference)
    {
        RgbImage image = StreetPicture.Draw(83, 41);

        RgbImage decoded = ImageDecoder.Decode(JpegEncoder.Encode(image, quality), "test");

        Assert.Equal((83, 41), (decoded.Width, decoded.Height));
        Assert.InRange(StreetPicture.Difference(image, decoded), 0, difference);
    }
}
