using DriveKD.Data.Errors;
using DriveKD.World.Futures;
using DriveKD.World.Questions;

namespace DriveKD.World.Tests.Questions;

public sealed class DenseLabelerTests
{
    [Fact]
    public void Label_Tokens_AreThoseOfTheObjectWithMostPixels()
    {
        int labelled = 0;
        for (ulong seed = 1; seed <= 10; seed++)
        {
            SceneFacts facts = MadeUpFacts.Find(seed);
            DenseLabels labels = DenseLabeler.Label(facts, 6);
            Assert.Equal(36, labels.Kinds.Count);
            for (int token = 0; token < 36; token++)
            {
                int[] ids = [.. Pixels(facts, token)];
                var most = ids.Where(id => id != 0).CountBy(id => id).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key).FirstOrDefault();
                if (most.Value < DenseLabeler.LeastPixels)
                {
                    Assert.Equal((0, 0, 0), (labels.Kinds[token], labels.Motions[token], labels.Sides[token]));
                    continue;
                }

                SceneObject item = facts.Objects.Single(item => item.Actor.Id == most.Key - 1);
                Assert.Equal(
                    (1 + (int)item.Actor.Kind, 1 + (int)item.Actor.Color, 1 + (int)item.Motion, 1 + (int)item.Side, 1 + (int)item.Band),
                    (labels.Kinds[token], labels.Colors[token], labels.Motions[token], labels.Sides[token], labels.Bands[token]));
                labelled++;
            }
        }

        Assert.True(labelled > 50, $"{labelled} tokens");
    }

    [Fact]
    public void Label_UnlistedObject_IsUnknown()
    {
        SceneFacts facts = MadeUpFacts.Find(4);
        DenseLabels all = DenseLabeler.Label(facts, 6);
        DenseLabels none = DenseLabeler.Label(facts with { Objects = [] }, 6);

        Assert.Contains(all.Kinds, kind => kind > 0);
        Assert.Equal(all.Kinds.Select(kind => kind > 0 ? DenseLabels.Unknown : kind), none.Kinds);
    }

    [Fact]
    public void Label_WholePicture_HasLightCrossingAndLines()
    {
        DenseLabels labels = DenseLabeler.Label(
            MadeUpFacts.Find(2) with { Light = LightView.Green, HasCrossing = true, LeftLineIsDashed = null, RightLineIsDashed = false }, 1);

        Assert.Equal((LightView.Green, true, 0, 2), (labels.Light, labels.HasCrossing, labels.LeftLine, labels.RightLine));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(0)]
    public void Label_SizeDoesNotDivide_IsToldWithBothNumbers(int side)
    {
        InputException exception = Assert.Throws<InputException>(() => DenseLabeler.Label(MadeUpFacts.Find(1), side));

        Assert.Contains($"84 x 84 pixels, which {side} x {side}", exception.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<int> Pixels(SceneFacts facts, int token)
    {
        for (int y = token / 6 * 14; y < (token / 6 * 14) + 14; y++)
        {
            for (int x = token % 6 * 14; x < (token % 6 * 14) + 14; x++)
            {
                yield return facts.Picture.Ids[(y * 84) + x];
            }
        }
    }
}
