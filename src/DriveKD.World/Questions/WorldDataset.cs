using System.Collections.Concurrent;
using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Data.Threads;
using DriveKD.Runs.Folders;
using DriveKD.World.Futures;

namespace DriveKD.World.Questions;

/// <summary>Scenes with their balanced questions, in parts that share no scene. The same settings and source give the same data, whatever the number of threads.</summary>
public sealed class WorldDataset
{
    private static readonly Capability[] _capabilities = Enum.GetValues<Capability>();

    private readonly ConcurrentDictionary<ulong, RgbImage> _pictures = [];

    private WorldDataset(DatasetSettings settings) => Settings = settings;

    /// <summary>What it was made with.</summary>
    public DatasetSettings Settings { get; }

    /// <summary>Training first; parts with a share of 0 are left out.</summary>
    public IReadOnlyList<WorldSplit> Splits { get; private set; } = [];

    /// <summary>Makes a data set.</summary>
    /// <param name="settings">How much of it.</param>
    /// <param name="source">Where scenes come from.</param>
    /// <param name="visit">Given every scene's facts and the name of its part once, from several threads at once and in any order; null where nobody looks.</param>
    /// <param name="progress">Told after every scene.</param>
    /// <param name="cancellationToken">Stops between scenes.</param>
    /// <exception cref="InputException">The settings cannot be, or too few seeds have a scene that can be asked about.</exception>
    public static WorldDataset Generate(
        DatasetSettings settings,
        SceneSource source,
        Action<string, SceneFacts>? visit = null,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        settings.Check();
        WorldDataset dataset = new(settings);
        Action<string, SceneFacts> visiting = dataset.Visitor(visit, progress);
        int questions = settings.QuestionsPerCapability ?? (3 * settings.Scenes);
        dataset.Splits =
        [
            .. settings.Divide(settings.Scenes).Zip(settings.Divide(questions)).Where(part => part.First.Count > 0)
                .Select(part => dataset.Make(part.First.Name, part.First.Count, part.Second.Count, source, visiting, cancellationToken)),
        ];
        return dataset;
    }

    /// <summary>
    /// Makes one part alone, of all the scenes and questions that the settings name. It shares no scene and no lesson with parts of other
    /// names; the shares only say which lessons are whose.
    /// </summary>
    /// <param name="settings">How much of it.</param>
    /// <param name="name">One of the names of <see cref="WorldSplit"/>.</param>
    /// <param name="source">Where scenes come from.</param>
    /// <param name="progress">Told after every scene.</param>
    /// <param name="cancellationToken">Stops between scenes.</param>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    /// <exception cref="InputException">The settings cannot be, or too few seeds have a scene that can be asked about.</exception>
    public static WorldDataset GeneratePart(
        DatasetSettings settings, string name, SceneSource source, IProgress<DataProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        if (name is not (WorldSplit.Train or WorldSplit.Validation or WorldSplit.Test))
        {
            throw new ArgumentException($"there is no part '{name}'.", nameof(name));
        }

        // A single part takes all scenes: nothing is divided.
        (settings with { TrainShare = 1, ValidationShare = 0, TestShare = 0 }).Check();
        WorldDataset dataset = new(settings);
        int questions = settings.QuestionsPerCapability ?? (3 * settings.Scenes);
        dataset.Splits = [dataset.Make(name, settings.Scenes, questions, source, dataset.Visitor(null, progress), cancellationToken)];
        return dataset;
    }

    /// <summary>A part by its name.</summary>
    /// <param name="name">One of the names of <see cref="WorldSplit"/>.</param>
    /// <exception cref="ArgumentException">There is no such part.</exception>
    public WorldSplit Find(string name) =>
        Splits.FirstOrDefault(split => split.Name == name)
        ?? throw new ArgumentException($"there is no part '{name}': {string.Join(", ", Splits.Select(split => split.Name))}.", nameof(name));

    /// <summary>The front picture of a scene.</summary>
    /// <param name="seed">Of a scene in the data set.</param>
    /// <exception cref="InvalidOperationException">Pictures were not kept, or there is no such scene.</exception>
    public RgbImage Picture(ulong seed) =>
        _pictures.TryGetValue(seed, out RgbImage? image) ? image
        : throw new InvalidOperationException(
            $"no picture of scene {seed.ToString(CultureInfo.InvariantCulture)} is in memory: it is not in the data set, or {nameof(DatasetSettings.KeepsPictures)} is off.");

    /// <summary>How much of the test questions can be guessed by what the training questions teach, by capability; empty without both parts.</summary>
    public IReadOnlyDictionary<Capability, TextOnlyRate> MeasureTextOnly()
    {
        WorldSplit? train = Splits.FirstOrDefault(split => split.Name == WorldSplit.Train);
        WorldSplit? test = Splits.FirstOrDefault(split => split.Name == WorldSplit.Test);
        Dictionary<Capability, TextOnlyRate> rates = [];
        if (train is null || test is null)
        {
            return rates;
        }

        TextOnlyBaseline baseline = TextOnlyBaseline.Train(train.Questions);
        foreach (IGrouping<Capability?, WorldQuestion> part in test.Questions.GroupBy(question => question.Capability))
        {
            rates[part.Key!.Value] = baseline.Measure([.. part]);
        }

        return rates;
    }

    private Action<string, SceneFacts> Visitor(Action<string, SceneFacts>? visit, IProgress<DataProgress>? progress)
    {
        int done = 0;
        return (split, facts) =>
        {
            visit?.Invoke(split, facts);
            if (Settings.KeepsPictures)
            {
                _pictures[facts.Seed] = facts.Picture.Image;
            }

            progress?.Report(new DataProgress("making scenes", Interlocked.Increment(ref done), Settings.Scenes));
        };
    }

    private WorldSplit Make(
        string name, int scenes, int questions, SceneSource source, Action<string, SceneFacts> visit, CancellationToken cancellationToken)
    {
        SeedStreams streams = new(unchecked((long)Settings.Seed));
        List<(ulong Seed, WorldQuestion[] Questions)> found = [];
        int drawn = 0;
        int most = (20 * scenes) + 200;
        while (found.Count < scenes)
        {
            // No more are tried at once than are missing: each that is found is kept, and which ones they are does not depend on threads.
            (ulong Seed, WorldQuestion[] Questions)?[] tries = new (ulong, WorldQuestion[])?[Math.Min(scenes - found.Count, most - drawn)];
            if (tries.Length == 0)
            {
                throw new InputException("scenes", string.Create(
                    CultureInfo.InvariantCulture,
                    $"only {found.Count} of {scenes} scenes for {name} could be asked about among {drawn} that were drawn; take other settings of the scenes, or fewer."));
            }

            int first = drawn;
            drawn += tries.Length;
            ParallelLoop.For(tries.Length, i =>
            {
                ulong seed = streams.Derive(string.Create(CultureInfo.InvariantCulture, $"world/{name}/scene-{first + i}"));
                if (source.Find(seed) is SceneFacts facts)
                {
                    tries[i] = (seed, Thin(SceneQuestions.Of(facts, Settings.Questions)));
                    visit(name, facts);
                }
            }, Settings.Threads, cancellationToken);
            found.AddRange(tries.OfType<(ulong, WorldQuestion[])>());
        }

        WorldQuestion[] all = [.. found.SelectMany(scene => scene.Questions)];
        return new WorldSplit
        {
            Name = name,
            Scenes = [.. found.Select(scene => scene.Seed)],
            Drawn = drawn,
            Questions = [.. _capabilities.SelectMany(capability => Choose(all.Where(question => question.Capability == capability), capability.ToString()))],
            Captions = [.. all.Where(SceneQuestions.IsCaption)],
            Places = [.. all.Where(SceneQuestions.IsPlace)],
            General = [.. Choose(all.Where(IsGeneral), "general"), .. Lessons(name, questions, streams)],
        };

        IReadOnlyList<WorldQuestion> Choose(IEnumerable<WorldQuestion> candidates, string what) =>
            QuestionBalancer.Choose(candidates, questions, streams.Open($"world/{name}/questions/{what}"));
    }

    private static bool IsGeneral(WorldQuestion question) =>
        question.Capability is null && !SceneQuestions.IsCaption(question) && !SceneQuestions.IsPlace(question);

    /// <summary>One question of each kind and answer: the others of a scene would make its kinds of answers heavier, and thousands of scenes too large.</summary>
    private static WorldQuestion[] Thin(IReadOnlyList<WorldQuestion> questions) =>
        [.. questions.DistinctBy(question => (question.Kind, question.Group, question.RightOption is int right ? question.Options[right] : question.Decisive))];

    /// <summary>Lessons without pictures, about half of them letters. No text is in two parts, for it would be the same question; small sums repeat within one.</summary>
    private IEnumerable<WorldQuestion> Lessons(string name, int count, SeedStreams streams)
    {
        (string Name, double Share, int Bound)[] parts = Settings.Divide(1 << 20);
        int part = Array.FindIndex(parts, item => item.Name == name);
        int low = parts[..part].Sum(item => item.Bound);
        RandomStream random = streams.Open($"world/{name}/lessons");
        HashSet<string> seen = new(StringComparer.Ordinal);
        int made = 0;
        Dictionary<string, int> drawn = [];
        for (int tries = 0; made < count && tries < 100 * count; tries++)
        {
            IReadOnlyList<string> kinds = tries % 2 == 0 ? TextLessons.LetterKinds : TextLessons.OtherKinds;
            string kind = kinds[tries / 2 % kinds.Count];
            int index = drawn.GetValueOrDefault(kind);
            drawn[kind] = index + 1;
            WorldQuestion lesson = TextLessons.Draw(kind, random, index);
            int bucket = (int)(new SeedStreams(0).Derive(lesson.Question) >> 44);
            if (bucket >= low && bucket < low + parts[part].Bound && (seen.Add(lesson.Question) || !TextLessons.IsLetter(lesson)))
            {
                made++;
                yield return lesson;
            }
        }
    }
}
