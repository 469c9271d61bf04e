using DriveKD.Models.Measurement;

namespace DriveKD.Models.Tests.Measurement;

public sealed class SyntheticPromptsTests
{
    [Theory]
    [InlineData(1, 0)]
    [InlineData(1, 16)]
    [InlineData(40, 0)]
    [InlineData(40, 32)]
    public void TokenIds_AnyCase_HasExactlyItsTextAndSlots(int textTokens, int slots)
    {
        const int ImageToken = 3;
        const int Vocabulary = 7;
        int[] ids = new SyntheticPrompts(seed: 5, mostPictures: 0).TokenIds(textTokens, slots, ImageToken, Vocabulary);

        Assert.Equal(textTokens + slots, ids.Length);
        Assert.All(ids, id => Assert.InRange(id, 0, Vocabulary - 1));
        Assert.Equal(Enumerable.Range(1, slots), Enumerable.Range(0, ids.Length).Where(t => ids[t] == ImageToken));
    }

    [Fact]
    public void Prompts_OneSeed_AreTheSame()
    {
        SyntheticPrompts one = new(seed: 5, mostPictures: 2);
        SyntheticPrompts same = new(seed: 5, mostPictures: 1);
        SyntheticPrompts other = new(seed: 6, mostPictures: 1);

        Assert.Equal(one.TokenIds(50, 4, 100, 1000), same.TokenIds(50, 4, 100, 1000));
        Assert.NotEqual(one.TokenIds(50, 4, 100, 1000), other.TokenIds(50, 4, 100, 1000));
        Assert.Equal(one.Pictures(1)[0].Image.Pixels, same.Pictures(1)[0].Image.Pixels);
        Assert.NotEqual(one.Pictures(1)[0].Image.Pixels, other.Pictures(1)[0].Image.Pixels);
        Assert.NotEqual(one.Pictures(2)[0].Image.Pixels, one.Pictures(2)[1].Image.Pixels);
    }
}
