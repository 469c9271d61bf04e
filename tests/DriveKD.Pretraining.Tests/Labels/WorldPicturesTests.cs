using DriveKD.Pretraining.Labels;
using DriveKD.World.Scenes;

namespace DriveKD.Pretraining.Tests.Labels;

public sealed class WorldPicturesTests
{
    [Fact]
    public void Create_SameSeed_GivesTheSamePictureAndLabels()
    {
        LabelledPicture first = new WorldPictures().Create(5, 84, 6);
        LabelledPicture second = new WorldPictures().Create(5, 84, 6);

        Assert.Equal(first.Picture.Pixels, second.Picture.Pixels);
        Assert.Equal(first.TokenLabels, second.TokenLabels);
        Assert.Equal(first.PictureLabels, second.PictureLabels);
    }

    [Fact]
    public void Create_ManyScenes_FitTheSchemeAndShowEveryHead()
    {
        WorldPictures source = new();

        PictureSet set = PictureSet.Create(source, [.. Enumerable.Range(0, 60).Select(seed => (ulong)seed)], 84, 6, "drawing");

        int[] all = [.. Enumerable.Range(0, set.Count)];
        long[] kinds = set.TokenLabelsOf(all, 0);
        Assert.InRange(kinds.Count(kind => kind > 0), 60, kinds.Length / 2);
        for (int head = 1; head < source.Scheme.Tokens.Count; head++)
        {
            long[] labels = set.TokenLabelsOf(all, head);
            // Of a token all heads say something, or none.
            Assert.All(kinds.Zip(labels), pair => Assert.Equal(pair.First == 0, pair.Second == 0));
            Assert.True(labels.Distinct().Count() > 2, source.Scheme.Tokens[head].Name);
        }
    }

    [Fact]
    public void Create_SceneWithoutAnybody_IsEmpty()
    {
        WorldPictures source = new(new WorldSettings
        {
            Difficulty = Difficulty.Road,
            VehiclesPerKilometre = 0,
            Pedestrians = 0,
            JamProbability = 0,
            WorkZoneProbability = 0,
            TimeOfDay = TimeOfDay.Night,
            Weather = Weather.Rain,
        });

        LabelledPicture picture = source.Create(3, 84, 6);

        Assert.All(picture.TokenLabels, label => Assert.Equal(0, label));
        // No light, no crossing; nobody crosses.
        Assert.Equal([0, 0], picture.PictureLabels.Take(2));
        Assert.Equal(0, picture.PictureLabels[4]);
    }
}
