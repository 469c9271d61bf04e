using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

/// <summary>What each drawn fault does to a picture that is known, beside the recorded pictures.</summary>
public sealed class FaultTests
{
    private static readonly RgbImage _street = StreetPicture.Draw();

    [Fact]
    public void Brightness_Black_IsTheAddedLightCutOff() =>
        Assert.All(Brightness.Apply(Black(4, 4), 3).Pixels, level => Assert.Equal(76, level));

    [Fact]
    public void Saturate_PaleThenStrong_AndGreyStaysGreyUntilAConstantIsAdded()
    {
        Assert.True(ColorRange(Saturate.Apply(_street, 2)) < ColorRange(Saturate.Apply(_street, 1)));
        Assert.True(ColorRange(Saturate.Apply(_street, 1)) < ColorRange(_street));
        Assert.True(ColorRange(Saturate.Apply(_street, 3)) > ColorRange(_street));
        RgbImage grey = new(1, 1, [90, 90, 90]);
        Assert.All(Saturate.Apply(grey, 3).Pixels, level => Assert.InRange(level, 89, 90));
        Assert.NotEqual(Saturate.Apply(grey, 4).Pixels[0], Saturate.Apply(grey, 4).Pixels[1]);
    }

    [Theory]
    [InlineData(1, 0b11110000)]
    [InlineData(4, 0b10000000)]
    public void ColorQuantization_Bits_UpperOnesStay(int severity, int mask) =>
        Assert.Equal(_street.Pixels.Select(level => (byte)(level & mask)), ColorQuantization.Apply(_street, severity).Pixels);

    [Fact]
    public void LowLight_Night_DarkAndNoisierWithSeverity()
    {
        double last = StreetPicture.Mean(_street);
        for (int severity = 1; severity <= 4; severity++)
        {
            double mean = StreetPicture.Mean(LowLight.Apply(_street, severity, TestStreams.Random(1)));
            Assert.True(mean < last);
            last = mean;
        }
    }

    [Fact]
    public void LowLight_OneLevel_BlackButForTheNoise() =>
        Assert.All(LowLight.Apply(new RgbImage(8, 8, [.. Enumerable.Repeat((byte)77, 192)]), 1, TestStreams.Random(1)).Pixels, level => Assert.InRange(level, 0, 18));

    [Fact]
    public void Fog_Cloud_MovesAllLevelsTogetherAndKeepsTheBrightest()
    {
        RgbImage fog = Fog.Apply(_street, 5, TestStreams.Random(4));

        Assert.True(Deviation(fog) < Deviation(_street));
        Assert.True(fog.Pixels.Max() <= _street.Pixels.Max());
    }

    [Fact]
    public void Snow_Flakes_LightenAndNeverDarkenMuch()
    {
        RgbImage snow = Snow.Apply(_street, 3, TestStreams.Random(5));

        Assert.True(StreetPicture.Mean(snow) > StreetPicture.Mean(_street) + 20);
        // Truncation may take one level.
        Assert.All(snow.Pixels.Zip(_street.Pixels), pair => Assert.True(pair.First >= pair.Second - 1));
    }

    [Fact]
    public void Rain_Everywhere_LowersContrastAndDrawsDrops()
    {
        RgbImage rain = Rain.Apply(_street, 5, TestStreams.Random(6));
        RgbImage dry = Rain.Apply(_street, 5, new byte[_street.Width * _street.Height]);

        Assert.InRange(Deviation(dry) / Deviation(_street), .45, .55);
        Assert.InRange(StreetPicture.Difference(rain, dry), .5, 40);
    }

    [Fact]
    public void WaterSplash_Discs_LightenOneFifthEach()
    {
        RgbImage black = Black(61, 61);

        RgbImage splashed = WaterSplash.Apply(black, 1, [new Disc(30, 30, 25), new Disc(30, 30, 25)]);

        // Twice one fifth of the way to white: 51, then 51 + .8 * 51 = 91.8.
        Assert.Equal(92, splashed.Pixels[3 * ((30 * 61) + 30)]);
        Assert.Equal(0, splashed.Pixels[0]);
    }

    [Fact]
    public void LensObstacle_Mask_BlursInsideOnly()
    {
        bool[] mask = new bool[_street.Width * _street.Height];
        Array.Fill(mask, true, mask.Length / 2, mask.Length / 2);

        RgbImage result = LensObstacle.Apply(_street, 3, mask);

        int half = _street.Pixels.Length / 2;
        Assert.Equal(_street.Pixels[..half], result.Pixels[..half]);
        Assert.Equal(GaussianBlur.Apply(_street, 31).Pixels[half..], result.Pixels[half..]);
    }

    [Fact]
    public void MotionBlur_LevelAngle_SmearsAlongRowsOnly()
    {
        byte[] pixels = new byte[3 * 40 * 3];
        Array.Fill(pixels, byte.MaxValue, 3 * 40, 3 * 40);
        RgbImage stripe = new(40, 3, pixels);

        Assert.All(MotionBlur.Apply(stripe, 2, 0).Pixels.Zip(pixels), pair => Assert.InRange(pair.Second - pair.First, 0, 1));
    }

    [Fact]
    public void ZoomBlur_Centre_StaysSharperThanTheBorder()
    {
        // Upright stripes, 4 pixels each: near the middle they hardly move, at the border by more than their period.
        RgbImage image = new(200, 200, [.. Enumerable.Range(0, 3 * 200 * 200).Select(i => (byte)(i / 3 % 200 / 4 % 2 * 255))]);
        RgbImage blurred = ZoomBlur.Apply(image, 3);

        Assert.True(StreetPicture.Difference(Middle(blurred), Middle(image)) < .7 * StreetPicture.Difference(blurred.Crop(0, 0, 40, 40), image.Crop(0, 0, 40, 40)));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(1, 97)]
    [InlineData(33, 7)]
    public void Faults_TinyPictures_KeepTheirSize(int width, int height)
    {
        RgbImage image = PictureFactory.Noise(width, height, 3);
        for (int severity = 1; severity <= 4; severity++)
        {
            RgbImage[] results =
            [
                Brightness.Apply(image, severity), Saturate.Apply(image, severity), LowLight.Apply(image, severity, TestStreams.Random(1)),
                Fog.Apply(image, severity, TestStreams.Random(1)), Snow.Apply(image, severity, TestStreams.Random(1)),
                Rain.Apply(image, severity, TestStreams.Random(1)), WaterSplash.Apply(image, severity, TestStreams.Random(1)),
                LensObstacle.Apply(image, severity, TestStreams.Random(1)), MotionBlur.Apply(image, severity, TestStreams.Random(1)),
                ZoomBlur.Apply(image, severity), ColorQuantization.Apply(image, severity),
            ];
            Assert.All(results, result => Assert.Equal((width, height), (result.Width, result.Height)));
        }
    }

    private static RgbImage Middle(RgbImage image) => image.Crop(90, 90, 20, 20);

    private static RgbImage Black(int width, int height) => new(width, height, new byte[3 * width * height]);

    private static double Deviation(RgbImage image)
    {
        double mean = StreetPicture.Mean(image);
        return Math.Sqrt(image.Pixels.Average(level => (level - mean) * (level - mean)));
    }

    private static double ColorRange(RgbImage image) =>
        image.Pixels.Chunk(3).Average(pixel => pixel.Max() - pixel.Min());
}
