using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class CorruptorTests
{
    private static readonly PictureIdentity _front = new("a.png", "frame 1", "CAM_FRONT");

    private static readonly CorruptionInfo[] _drawn = [.. CorruptionCatalog.Faults.Where(info => !info.NeedsFfmpeg)];

    [Fact]
    public void Apply_SameSeedPictureKindSeverity_SameResultWhateverWentBefore() =>
        Gen.Select(Gen.Int[0, _drawn.Length - 1], Gen.Int[1, 5], Gen.Int[0, 1000], Gen.Int[1, 90], Gen.Int[1, 90]).Sample(
            (index, severity, seed, width, height) =>
            {
                CorruptionInfo info = _drawn[index];
                severity = Math.Min(severity, info.HighestSeverity);
                RgbImage image = PictureFactory.Noise(width, height, seed);
                byte[] before = [.. image.Pixels];
                Corruptor used = new(TestStreams.Of(seed));
                used.Apply(StreetPicture.Draw(40, 30), _front, CorruptionKind.Snow, 2);

                CorruptedPicture first = used.Apply(image, _front, info.Kind, severity);
                CorruptedPicture second = new Corruptor(TestStreams.Of(seed)).Apply(image, _front, info.Kind, severity);

                Assert.Equal(first.Image.Pixels, second.Image.Pixels);
                Assert.Equal(first.IsHit, second.IsHit);
                Assert.Equal((width, height), (first.Image.Width, first.Image.Height));
                Assert.Equal(before, image.Pixels);
            },
            iter: 150);

    [Fact]
    public void Apply_AnotherSeedPictureOrSeverity_OtherDraws()
    {
        RgbImage image = StreetPicture.Draw();
        foreach (CorruptionInfo info in _drawn.Where(info => info.IsRandom && !info.ChoosesCameras))
        {
            byte[] one = new Corruptor(TestStreams.Of(1)).Apply(image, _front, info.Kind, 2).Image.Pixels;

            Assert.NotEqual(one, new Corruptor(TestStreams.Of(2)).Apply(image, _front, info.Kind, 2).Image.Pixels);
            Assert.NotEqual(one, new Corruptor(TestStreams.Of(1)).Apply(image, _front with { Name = "b.png" }, info.Kind, 2).Image.Pixels);
            Assert.NotEqual(one, new Corruptor(TestStreams.Of(1)).Apply(image, _front, info.Kind, 3).Image.Pixels);
        }
    }

    [Fact]
    public void Apply_Severity_GrowsTheDifferenceWhereTheTablesDo()
    {
        RgbImage image = StreetPicture.Draw(320, 180);
        Corruptor corruptor = new(TestStreams.Of(3));
        foreach (CorruptionKind kind in (CorruptionKind[])[CorruptionKind.Brightness, CorruptionKind.Rain, CorruptionKind.WaterSplash, CorruptionKind.ColorQuantization, CorruptionKind.LowLight])
        {
            double last = 0;
            for (int severity = 1; severity <= CorruptionCatalog.Of(kind).HighestSeverity; severity++)
            {
                double difference = StreetPicture.Difference(corruptor.Apply(image, _front, kind, severity).Image, image);
                Assert.True(difference > last, $"{kind} {severity}: {difference} after {last}");
                last = difference;
            }
        }
    }

    [Fact]
    public void Apply_CleanAndNoImage_AreWhatTheirNamesSay()
    {
        RgbImage image = StreetPicture.Draw();
        Corruptor corruptor = new(TestStreams.Of(0));

        CorruptedPicture clean = corruptor.Apply(image, _front, CorruptionKind.Clean, 0);
        CorruptedPicture none = corruptor.Apply(image, _front, CorruptionKind.NoImage, 0);

        Assert.Same(image, clean.Image);
        Assert.False(clean.IsHit);
        Assert.Equal((224, 224), (none.Image.Width, none.Image.Height));
        Assert.All(none.Image.Pixels, level => Assert.Equal(0, level));
    }

    [Theory]
    [InlineData(CorruptionKind.ColorQuantization, 5, "color_quant has no severity 5; 1 to 4 are possible: severity s keeps 5 - s bits")]
    [InlineData(CorruptionKind.LowLight, 5, "low_light has no severity 5; 1 to 4 are possible: the published tables are indexed by the severity itself")]
    [InlineData(CorruptionKind.Fog, 6, "fog has no severity 6; 1 to 5 are possible.")]
    [InlineData(CorruptionKind.Fog, 0, "fog has no severity 0; 1 to 5 are possible.")]
    public void Apply_ImpossibleSeverity_RefusedWithWhatIsPossible(CorruptionKind kind, int severity, string expected)
    {
        InputException exception = Assert.Throws<InputException>(() =>
            new Corruptor(TestStreams.Of(0)).Apply(StreetPicture.Draw(8, 8), _front, kind, severity));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_CameraFaults_AgreeOverCamerasFramesAndPictures()
    {
        Corruptor corruptor = new(TestStreams.Of(11));
        RgbImage image = StreetPicture.Draw(60, 40);
        foreach (CorruptionKind kind in (CorruptionKind[])[CorruptionKind.CameraCrash, CorruptionKind.FrameLost, CorruptionKind.WaterSplash, CorruptionKind.LensObstacle])
        {
            foreach (string camera in VehicleCameras.All)
            {
                bool[] hits =
                [
                    .. Enumerable.Range(0, 30).Select(frame =>
                    {
                        PictureIdentity picture = new($"{camera} {frame}", $"{frame}", camera);
                        bool reaches = corruptor.Reaches(picture, kind, 3);
                        Assert.Equal(reaches, corruptor.Apply(image, picture, kind, 3).IsHit);
                        Assert.Equal(reaches, corruptor.Reaches(picture with { Name = "another question's copy" }, kind, 3));
                        return reaches;
                    }),
                ];

                // A crashed camera stays dead, a lens may be hit in one frame and not in the next.
                bool isAlways = kind == CorruptionKind.CameraCrash || (kind != CorruptionKind.FrameLost && camera == "CAM_FRONT");
                Assert.Equal(isAlways, hits.Distinct().Count() == 1);
            }
        }
    }

    [Fact]
    public void Apply_PictureTooLargeForFog_RefusedBeforeItsCloudIsMade()
    {
        InputException exception = Assert.Throws<InputException>(() =>
            new Corruptor(TestStreams.Of(0)).Apply(new RgbImage(9000, 1, new byte[27000]), _front, CorruptionKind.Fog, 1));

        Assert.Contains("9000 x 1 pixels; its longer side may have 8192 at most", exception.Message, StringComparison.Ordinal);
    }
}
