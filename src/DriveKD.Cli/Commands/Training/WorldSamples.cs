using System.Globalization;
using DriveKD.Cli.Commands.Worlds;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;
using DriveKD.World.Futures;
using DriveKD.World.Questions;
using DriveKD.World.Rendering;
using WorldPart = DriveKD.World.Questions.WorldSplit;

namespace DriveKD.Cli.Commands.Training;

/// <summary>Questions that the driving world makes for a run, with their pictures in memory.</summary>
internal static class WorldSamples
{
    private const string General = "general_perception";

    /// <summary>Makes them.</summary>
    /// <param name="settings">What is asked for.</param>
    /// <param name="key">The section's key in the recipe, for messages.</param>
    /// <param name="progress">Told after every scene.</param>
    /// <param name="cancellation">Stops between scenes.</param>
    /// <exception cref="InputException">The scenes hold fewer questions than are asked for: every kind that falls short is named.</exception>
    public static IReadOnlyList<Sample> Make(WorldDataSettings settings, string key, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        // About every second lesson without a picture is one in letters.
        int most = new[] { settings.Perception, settings.Reasoning, settings.Planning, settings.General, checked(3 * settings.Letters) }.Max();
        DatasetSettings data = new()
        {
            Seed = (ulong)settings.Seed,
            Scenes = settings.Scenes,
            QuestionsPerCapability = Math.Max(1, most),
            KeepsPictures = true,
            Questions = new QuestionSettings { References = Enum.Parse<ReferenceForm>(settings.References.ToString()), HasChoices = settings.Choices },
        };
        SceneSource source = SceneSource.Simulate(WorldLevels.Settings(settings.Level), new FactSettings { Size = settings.Size });
        WorldDataset dataset = WorldDataset.GeneratePart(data, settings.Split.ToString().ToLowerInvariant(), source, progress, cancellation);
        WorldPart part = dataset.Splits[0];
        List<Problem> problems = [];
        List<WorldQuestion> chosen = [];
        Take("perception", settings.Perception, part.Questions.Where(question => question.Capability == Capability.Perception));
        Take("reasoning", settings.Reasoning, part.Questions.Where(question => question.Capability == Capability.Reasoning));
        Take("planning", settings.Planning, part.Questions.Where(question => question.Capability == Capability.Planning));
        Take("captions", settings.Captions, part.Captions);
        Take("places", settings.Places, part.Places);
        Take("general", settings.General, part.General.Where(question => !question.IsTextOnly));
        Take("letters", settings.Letters, part.General.Where(TextLessons.IsLetter));
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        return [.. chosen.Select((question, index) => ToSample(question, dataset, settings, key, index))];

        void Take(string name, int count, IEnumerable<WorldQuestion> questions)
        {
            int before = chosen.Count;
            chosen.AddRange(questions.Take(count));
            if (chosen.Count - before < count)
            {
                problems.Add(new Problem($"{key}.{name}", string.Create(
                    CultureInfo.InvariantCulture,
                    $"asks for {count} questions; {settings.Scenes} scenes hold {chosen.Count - before}: take more scenes, or fewer questions.")));
            }
        }
    }

    private static Sample ToSample(WorldQuestion question, WorldDataset dataset, WorldDataSettings settings, string key, int index)
    {
        string name = string.Create(
            CultureInfo.InvariantCulture, $"world/{settings.Level}/{settings.Seed}/{settings.Split}/{settings.Size}/{question.Seed:x16}");
        string text = question.IsTextOnly ? question.Question : Sample.ImagePlaceholder + question.Question;
        return new Sample
        {
            Images = question.IsTextOnly ? [] : [SampleImage.InMemory(name, () => dataset.Picture(question.Seed), CameraRig.Front)],
            Question = text,
            Answer = question.Answer,
            Capability = question.Capability ?? Capability.Perception,
            QuestionType = question.Capability is Capability capability ? capability.ToString().ToLowerInvariant() : General,
            Scene = question.IsTextOnly ? null : question.Seed.ToString("x16", CultureInfo.InvariantCulture),
            QuestionObjects = ObjectTag.FindAll(text, CoordinateUnit.Pixel),
            AnswerObjects = ObjectTag.FindAll(question.Answer, CoordinateUnit.Pixel),
            Source = new SourcePosition(key, index, string.Create(CultureInfo.InvariantCulture, $"$[{index}]")),
        };
    }
}
