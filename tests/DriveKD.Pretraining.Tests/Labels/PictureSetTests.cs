using DriveKD.Data.Imaging;
using DriveKD.Pretraining.Labels;

namespace DriveKD.Pretraining.Tests.Labels;

public sealed class PictureSetTests
{
    [Fact]
    public void Create_SomePictures_GathersTheirBytesAndLabels()
    {
        ColoredSquares source = new();

        PictureSet set = PictureSet.Create(source, [7, 8, 9], 84, 6, "drawing");

        LabelledPicture last = source.Create(9, 84, 6);
        LabelledPicture first = source.Create(7, 84, 6);
        Assert.Equal((3, 36, 84), (set.Count, set.Tokens, set.Side));
        Assert.Equal([.. last.Picture.Pixels, .. first.Picture.Pixels], set.PixelsOf([2, 0]));
        Assert.Equal(last.TokenLabels.Where((_, index) => index % 2 == 1).Select(label => (long)label), set.TokenLabelsOf([2], 1));
        Assert.Equal([last.PictureLabels[0], first.PictureLabels[0]], set.PictureLabelsOf([2, 0], 0));
    }

    [Theory]
    [InlineData(4, 0, "color has 4 classes; the label 4 is none of them")]
    [InlineData(-1, 0, "color has 4 classes; the label -1 is none of them")]
    [InlineData(1, 1, "9 labels for 4 places and 2 heads")]
    public void Create_LabelsThatTheSchemeDoesNotKnow_AreRefused(int label, int tooMany, string expected)
    {
        Fixed source = new(new RgbImage(28, 28, new byte[3 * 28 * 28]), [0, label, .. new int[6 + tooMany]]);

        ArgumentException exception = Assert.Throws<ArgumentException>(() => PictureSet.Create(source, [1], 28, 2, "drawing"));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Create_PictureOfAnotherSize_IsRefused()
    {
        Fixed source = new(new RgbImage(14, 28, new byte[3 * 14 * 28]), new int[8]);

        Assert.Contains("14 x 28", Assert.Throws<ArgumentException>(() => PictureSet.Create(source, [1], 28, 2, "drawing")).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Shape", 2)]
    [InlineData("color", 2)]
    [InlineData("shape", 1)]
    [InlineData("shape", 257)]
    public void Create_MalformedScheme_IsRefused(string name, int classes)
    {
        ColoredSquares source = new()
        {
            Scheme = new LabelScheme
            {
                Tokens = [new LabelHead(name, [.. Enumerable.Range(0, classes).Select(number => $"{number}")]), new LabelHead("color", ["none", "some"])],
                Pictures = [],
            },
        };

        Assert.Throws<ArgumentException>(() => PictureSet.Create(source, [1], 84, 6, "drawing"));
    }

    private sealed class Fixed(RgbImage picture, int[] labels) : ILabelledPictures
    {
        public LabelScheme Scheme { get; } = new ColoredSquares().Scheme;

        public LabelledPicture Create(ulong seed, int side, int tokensPerSide) => new(picture, labels, [0]);
    }
}
