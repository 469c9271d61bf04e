using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class VideoFaultTests
{
    public VideoFaultTests() => Assert.SkipWhen(Ffmpeg.Find() is null, "needs ffmpeg");

    [Fact]
    public void H265_Severity_TakesMoreOfThePicture()
    {
        RgbImage image = StreetPicture.Draw(320, 180);

        double light = StreetPicture.Difference(VideoFault.H265([image], 1, CancellationToken.None)[0], image);
        double heavy = StreetPicture.Difference(VideoFault.H265([image], 5, CancellationToken.None)[0], image);

        Assert.True(heavy > 1.5 * light, $"{light}, {heavy}");
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 47)]
    [InlineData(64, 7)]
    public void Faults_OddAndTinySizes_KeepThem(int width, int height)
    {
        RgbImage image = StreetPicture.Draw(width, height);

        RgbImage coded = Assert.Single(VideoFault.H265([image], 3, CancellationToken.None));
        DamagedClip damaged = VideoFault.BitError([image], 1, CancellationToken.None);

        Assert.Equal((width, height), (coded.Width, coded.Height));
        Assert.Equal((width, height), (damaged.Frames[0].Width, damaged.Frames[0].Height));
        Assert.Equal(0, damaged.ChangedBytes);
    }

    [Fact]
    public void BitError_UndamagedStream_IsTheDecodedSourceAndNotHit()
    {
        RgbImage image = StreetPicture.Draw(64, 48);

        CorruptedPicture result = new Corruptor(TestStreams.Of(0)).Apply(image, new PictureIdentity("a", "a", null), CorruptionKind.BitError, 1, TestContext.Current.CancellationToken);

        Assert.False(result.IsHit);
        Assert.Equal(VideoFault.SourceAlone([image], CancellationToken.None)[0].Pixels, result.Image.Pixels);
    }

    [Fact]
    public void BitError_Clip_OneFramePerPictureAndBytesAboutAmountApart()
    {
        RgbImage[] frames = [.. Enumerable.Range(0, 4).Select(seed => PictureFactory.Noise(320, 180, seed))];

        DamagedClip clip = VideoFault.BitError(frames, 5, CancellationToken.None);

        Assert.Equal(4, clip.Frames.Count);
        double expected = clip.StreamBytes / 10_000.0;
        Assert.InRange(clip.ChangedBytes, expected - (4 * Math.Sqrt(expected)) - 1, expected + (4 * Math.Sqrt(expected)) + 1);
        Assert.Equal(clip.Frames[2].Pixels, VideoFault.BitError(frames, 5, CancellationToken.None).Frames[2].Pixels);
    }
}
