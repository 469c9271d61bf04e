using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Pictures;
using DriveKD.Evaluation.Tests.Support;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Tests.Pictures;

public sealed class PassPicturesTests : IDisposable
{
    private readonly Scene _scene = new(3);

    public void Dispose() => _scene.Dispose();

    [Theory]
    [InlineData("fog")]
    [InlineData("rain")]
    [InlineData("frame_lost")]
    [InlineData("camera_crash")]
    public void Of_Corruption_IsWhatTheCorruptorMakesOfTheFile(string name)
    {
        CorruptionChoice choice = CorruptionChoice.Parse([name])[0];
        SeedStreams streams = new(1);
        Corruptor corruptor = new(stream => streams.Open(stream).NextBits);
        string[] names = [.. _scene.Samples.SelectMany(sample => sample.Images).Select(image => Path.GetFileName(image.RecordedPath)).Distinct()];
        Dictionary<string, PictureIdentity> identities = names.Zip(CameraFrames.Identify(names)).ToDictionary(pair => pair.First, pair => pair.Second);

        Assert.All(_scene.Samples, sample => Assert.All(_scene.Pictures(name).Of(sample).Zip(sample.Images), pair => Assert.Equal(
            corruptor.Apply(ImageDecoder.Decode(pair.Second.FullPath!), identities[Path.GetFileName(pair.Second.RecordedPath)], choice.Info.Kind, choice.Severity).Image.Pixels,
            pair.First.Image.Pixels)));
    }

    [Fact]
    public void Of_SamePictureAgain_IsMadeOnce()
    {
        PassPictures pictures = _scene.Pictures("fog");

        Assert.Same(pictures.Of(_scene.Samples[0])[0], pictures.Of(_scene.Samples[1])[0]);
        Assert.Same(pictures.Of(_scene.Samples[0])[0].Image, pictures.Of(_scene.Samples[1])[0].Image);
        Assert.Equal(_scene.Samples[0].Images[0].FullPath, pictures.Of(_scene.Samples[0])[0].Key);
    }

    [Fact]
    public void Of_MorePicturesThanAreKept_LetsTheOldestGo()
    {
        using Scene many = new(30);
        PassPictures pictures = many.Pictures();
        PassPicture first = pictures.Of(many.Samples[0])[0];
        foreach (Sample sample in many.Samples)
        {
            pictures.Of(sample);
        }

        Assert.NotSame(first, pictures.Of(many.Samples[0])[0]);
        Assert.Same(pictures.Of(many.Samples[^1])[1], pictures.Of(many.Samples[^1])[1]);
    }

    [Fact]
    public void Of_NoImage_HasOneKeyAndNeedsNoFile()
    {
        File.Delete(_scene.Samples[0].Images[0].FullPath!);
        PassPictures pictures = _scene.Pictures("noimage");

        Assert.Single(_scene.Samples.SelectMany(pictures.Of).Select(picture => picture.Key).Distinct());
        Assert.Equal(224, pictures.Of(_scene.Samples[0])[0].Image.Width);
        Assert.Throws<InputException>(() => _scene.Pictures().Of(_scene.Samples[0])[0].Image);
    }

    [Fact]
    public void Encoded_TouchedPicture_HasThePixels()
    {
        PassPicture picture = _scene.Pictures("fog").Of(_scene.Samples[0])[0];

        Assert.Equal("image/png", picture.Encoded.MediaType);
        Assert.Equal(picture.Image.Pixels, ImageDecoder.Decode(picture.Encoded.Bytes, "encoded").Pixels);
        Assert.NotEqual(File.ReadAllBytes(picture.Name), picture.Encoded.Bytes);
    }
}
