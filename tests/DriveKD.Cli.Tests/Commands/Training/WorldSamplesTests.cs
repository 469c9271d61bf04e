using DriveKD.Cli.Commands.Training;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Tests.Commands.Training;

public sealed class WorldSamplesTests
{
    private static readonly WorldDataSettings _settings = new()
    {
        Scenes = 80,
        Seed = 5,
        Perception = 20,
        Reasoning = 10,
        Planning = 15,
        Captions = 6,
        Places = 7,
        General = 8,
        Letters = 12,
        References = WorldReferences.Both,
    };

    [Fact]
    public void Make_Settings_GivesAsManyOfEachWithPicturesInMemory()
    {
        IReadOnlyList<Sample> samples = Make(_settings);

        Assert.Equal(78, samples.Count);
        Assert.Equal((20 + 6 + 7 + 8 + 12, 10, 15), (Count(Capability.Perception), Count(Capability.Reasoning), Count(Capability.Planning)));
        Assert.Equal(12, samples.Count(sample => sample.Images.Count == 0));
        Assert.Equal(6, samples.Count(sample => sample.Question == "<image>Describe the scene."));
        Assert.Contains(samples, sample => sample.QuestionObjects.Count > 0);
        SampleImage image = samples[0].Images[0];
        RgbImage picture = image.Read();
        Assert.Equal((84, 84, null), (picture.Width, picture.Height, image.FullPath));
        Assert.Equal(picture.Pixels, image.Read().Pixels);

        int Count(Capability capability) => samples.Count(sample => sample.Capability == capability);
    }

    [Fact]
    public void Make_SameSettings_SameSamplesAndPictures()
    {
        IReadOnlyList<Sample> first = Make(_settings);
        IReadOnlyList<Sample> second = Make(_settings);

        Assert.Equal(first.Select(sample => (sample.Question, sample.Answer)), second.Select(sample => (sample.Question, sample.Answer)));
        Assert.Equal(first[3].Images[0].Read().Pixels, second[3].Images[0].Read().Pixels);
    }

    [Fact]
    public void Make_WithoutChoices_HasNoOptions()
    {
        // Lessons in letters have options all the same; they show no picture.
        static bool HasOptions(Sample sample) => sample.Images.Count > 0 && sample.Question.Contains(" A. ", StringComparison.Ordinal);
        Assert.Contains(Make(_settings), HasOptions);
        Assert.DoesNotContain(Make(_settings with { Choices = false }), HasOptions);
    }

    [Fact]
    public void Make_OtherParts_ShowOtherScenes()
    {
        HashSet<string?> train = [.. Make(_settings).Select(sample => sample.Scene).Where(scene => scene is not null)];

        Assert.DoesNotContain(Make(_settings with { Split = WorldSplit.Test }), sample => sample.Scene is not null && train.Contains(sample.Scene));
    }

    [Fact]
    public void Make_MoreThanTheScenesHold_NamesEveryKindThatFallsShort()
    {
        InputException exception = Assert.Throws<InputException>(() => Make(_settings with { Planning = 5000, Captions = 81 }));

        Assert.Equal(["data.world.planning", "data.world.captions"], exception.Problems.Select(problem => problem.Where));
        Assert.Contains("asks for 81 questions; 80 scenes hold", exception.Problems[1].What, StringComparison.Ordinal);
    }

    private static IReadOnlyList<Sample> Make(WorldDataSettings settings) => WorldSamples.Make(settings, "data.world", null, CancellationToken.None);
}
