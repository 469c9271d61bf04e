using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.World.Questions;

namespace DriveKD.World.Tests.Questions;

public sealed class WorldDatasetTests
{
    // What docs/WORLD.md states, for a few hundred scenes.
    private const double TextMargin = 0.15;

    private static readonly DatasetSettings _settings = new() { Scenes = 40, Seed = 3, TrainShare = 60, ValidationShare = 20, TestShare = 20, KeepsPictures = true };

    [Fact]
    public void Generate_Splits_ShareNoSceneAndNoLesson()
    {
        WorldDataset dataset = WorldDataset.Generate(_settings, MadeUpFacts.Source);

        Assert.Equal([("train", 24), ("validation", 8), ("test", 8)], dataset.Splits.Select(split => (split.Name, split.Scenes.Count)));
        Assert.Equal(40, dataset.Splits.SelectMany(split => split.Scenes).Distinct().Count());
        foreach (WorldSplit split in dataset.Splits)
        {
            Assert.All(split.Questions.Concat(split.Captions).Where(question => !question.IsTextOnly), question => Assert.Contains(question.Seed, split.Scenes));

            // Few scenes have few groups with two answers: there may be fewer questions than were asked for.
            Assert.All(
                Enum.GetValues<Capability>(),
                capability => Assert.InRange(split.Questions.Count(question => question.Capability == capability), split.Scenes.Count, 3 * split.Scenes.Count));
            Assert.All(split.Scenes, seed => Assert.Equal(84, dataset.Picture(seed).Width));
        }

        string[][] lessons = [.. dataset.Splits.Select(split => split.General.Where(question => question.IsTextOnly).Select(question => question.Question).Distinct().ToArray())];
        Assert.All(lessons, part => Assert.NotEmpty(part));
        Assert.Equal(lessons.Sum(part => part.Length), lessons.SelectMany(part => part).Distinct().Count());
    }

    [Fact]
    public void GeneratePart_EachName_SharesNoSceneAndNoLessonWithTheOthers()
    {
        WorldDataset[] parts =
        [
            .. ((string[])[WorldSplit.Train, WorldSplit.Validation, WorldSplit.Test])
                .Select(name => WorldDataset.GeneratePart(_settings with { Scenes = 12, QuestionsPerCapability = 30 }, name, MadeUpFacts.Source)),
        ];

        Assert.All(parts, part => Assert.Equal(12, Assert.Single(part.Splits).Scenes.Count));
        Assert.Equal(36, parts.SelectMany(part => part.Splits[0].Scenes).Distinct().Count());
        string[][] lessons = [.. parts.Select(part => part.Splits[0].General.Where(question => question.IsTextOnly).Select(question => question.Question).Distinct().ToArray())];
        Assert.All(lessons, part => Assert.NotEmpty(part));
        Assert.Equal(lessons.Sum(part => part.Length), lessons.SelectMany(part => part).Distinct().Count());
        Assert.All(parts, part => Assert.All(part.Splits[0].Scenes, seed => Assert.Equal(84, part.Picture(seed).Width)));
        Assert.Throws<ArgumentException>(() => WorldDataset.GeneratePart(_settings, "all", MadeUpFacts.Source));
        Assert.Throws<InputException>(() => WorldDataset.GeneratePart(_settings with { Scenes = 0 }, WorldSplit.Test, MadeUpFacts.Source));
        Assert.Single(WorldDataset.GeneratePart(_settings with { Scenes = 1 }, WorldSplit.Test, MadeUpFacts.Source).Splits[0].Scenes);
    }

    [Fact]
    public void Generate_OtherThreads_SameQuestions()
    {
        string[][] texts = [.. ((int[])[1, 3]).Select(threads => Texts(WorldDataset.Generate(_settings with { Threads = threads }, MadeUpFacts.Source)))];

        Assert.Equal(texts[0], texts[1]);
        Assert.NotEqual(texts[0], Texts(WorldDataset.Generate(_settings with { Seed = 4 }, MadeUpFacts.Source)));
    }

    [Fact]
    public void Generate_SeedsWithoutScene_AreReplacedAndCounted()
    {
        WorldDataset dataset = WorldDataset.Generate(_settings, MadeUpFacts.Source);

        Assert.All(dataset.Splits.SelectMany(split => split.Scenes), seed => Assert.NotEqual(0UL, seed % 7));
        Assert.True(dataset.Splits.Sum(split => split.Drawn) > 40);
    }

    [Fact]
    public void Generate_NoSceneEver_SaysHowManyWereTried()
    {
        InputException exception = Assert.Throws<InputException>(() => WorldDataset.Generate(_settings, MadeUpFacts.Source with { Find = _ => null }));

        Assert.Contains("only 0 of 24 scenes for train", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Generate_PartsOfShareZero_AreLeftOut()
    {
        WorldDataset dataset = WorldDataset.Generate(new DatasetSettings { Scenes = 3, ValidationShare = 0, TestShare = 0 }, MadeUpFacts.Source);

        Assert.Equal("train", Assert.Single(dataset.Splits).Name);
        Assert.Empty(dataset.MeasureTextOnly());
        Assert.Throws<InvalidOperationException>(() => dataset.Picture(dataset.Splits[0].Scenes[0]));
        Assert.Throws<ArgumentException>(() => dataset.Find("test"));
    }

    [Fact]
    public void MeasureTextOnly_RealLessons_StaysNearTheMajority()
    {
        DatasetSettings settings = new() { Scenes = 300, TrainShare = 60, ValidationShare = 0, TestShare = 40, Questions = new QuestionSettings { References = ReferenceForm.Words } };
        IReadOnlyDictionary<Capability, TextOnlyRate> rates = WorldDataset.Generate(settings, SceneSource.Simulate()).MeasureTextOnly();

        Assert.Equal(3, rates.Count);
        Assert.All(rates, pair => Assert.True(pair.Value.TextOnly < pair.Value.Majority + TextMargin, $"{pair.Key}: {pair.Value}"));
    }

    [Fact]
    public void Check_ImpossibleSettings_AreToldAllAtOnce()
    {
        InputException exception = Assert.Throws<InputException>(() => new DatasetSettings { Scenes = 0, QuestionsPerCapability = 0, TrainShare = -1, Threads = 0 }.Check());

        Assert.Equal(["scenes", "questions", "threads", "splits"], exception.Problems.Select(problem => problem.Where));
    }

    [Fact]
    public void Check_TooFewScenesForASplit_NamesIt()
    {
        InputException exception = Assert.Throws<InputException>(() => new DatasetSettings { Scenes = 3 }.Check());

        Assert.Contains("validation gets none", exception.Message, StringComparison.Ordinal);
        Assert.Contains("test gets none", exception.Message, StringComparison.Ordinal);
    }

    private static string[] Texts(WorldDataset dataset) =>
        [.. dataset.Splits.SelectMany(split => split.Questions.Concat(split.Captions).Concat(split.General)).Select(question => $"{question.Seed} {question.Question} {question.Answer}")];
}
