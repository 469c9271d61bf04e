using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;

namespace DriveKD.Evaluation.Questions;

/// <summary>The questions of an evaluation, in the order of the records, each with a name that stays.</summary>
public sealed class QuestionSet
{
    /// <summary>The random stream that draws.</summary>
    public const string StreamName = "evaluation/questions";

    private readonly Dictionary<string, EvaluationQuestion> _byId;

    private QuestionSet(IReadOnlyList<EvaluationQuestion> questions, int available)
    {
        Questions = questions;
        Available = available;
        _byId = questions.ToDictionary(question => question.Id, StringComparer.Ordinal);
    }

    /// <summary>The questions that are asked.</summary>
    public IReadOnlyList<EvaluationQuestion> Questions { get; }

    /// <summary>How many there were to draw from.</summary>
    public int Available { get; }

    /// <summary>Names the questions of all records.</summary>
    /// <param name="samples">The records, in their order.</param>
    public static QuestionSet Of(IReadOnlyList<Sample> samples)
    {
        Dictionary<string, int> numbers = new(StringComparer.Ordinal);
        EvaluationQuestion[] questions = [.. samples.Select(sample => Name(sample, numbers))];
        return new QuestionSet(questions, questions.Length);
    }

    /// <summary>A question by its name, or null.</summary>
    /// <param name="id">The name.</param>
    public EvaluationQuestion? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>
    /// Draws evenly: the types of question take turns, and within each the scenes, until the number is reached or all are exhausted. What is
    /// drawn stays in the order of the records, so that questions about one picture follow each other.
    /// </summary>
    /// <param name="count">The most to draw; 0 for all.</param>
    /// <param name="seeds">The run's seed.</param>
    public QuestionSet Draw(int count, SeedStreams seeds)
    {
        if (count == 0 || count >= Questions.Count)
        {
            return this;
        }

        RandomStream stream = seeds.Open(StreamName);
        Queue<EvaluationQuestion>[] types =
        [
            .. Questions.GroupBy(TypeOf)
                .OrderBy(group => group.Key, StringComparer.Ordinal)
                .Select(group => new Queue<EvaluationQuestion>(InTurn(Scenes(group, stream)))),
        ];
        HashSet<string> drawn = [.. InTurn(types).Take(count).Select(question => question.Id)];
        return new QuestionSet([.. Questions.Where(question => drawn.Contains(question.Id))], Available);
    }

    /// <summary>The questions of one capability.</summary>
    /// <param name="capability">The capability.</param>
    public QuestionSet Only(Data.Samples.Capability capability) => new([.. Questions.Where(question => question.Sample.Capability == capability)], Available);

    /// <summary>Draws as <see cref="Draw"/> does, from each capability alone.</summary>
    /// <param name="count">The most of each capability; 0 for all.</param>
    /// <param name="seeds">The seed.</param>
    public QuestionSet DrawPerCapability(int count, SeedStreams seeds)
    {
        if (count == 0)
        {
            return this;
        }

        HashSet<string> drawn =
        [
            .. Questions.GroupBy(question => question.Sample.Capability)
                .SelectMany(group => new QuestionSet([.. group], group.Count()).Draw(count, seeds).Questions)
                .Select(question => question.Id),
        ];
        return new QuestionSet([.. Questions.Where(question => drawn.Contains(question.Id))], Available);
    }

    private static string TypeOf(EvaluationQuestion question) => $"{question.QuestionType}/{string.Join('-', question.Tags)}";

    private static Queue<EvaluationQuestion>[] Scenes(IEnumerable<EvaluationQuestion> questions, RandomStream stream)
    {
        EvaluationQuestion[][] scenes = [.. questions.GroupBy(question => question.Cluster).Select(group => group.ToArray())];
        stream.Shuffle<EvaluationQuestion[]>(scenes);
        return Array.ConvertAll(scenes, scene =>
        {
            stream.Shuffle<EvaluationQuestion>(scene);
            return new Queue<EvaluationQuestion>(scene);
        });
    }

    private static IEnumerable<EvaluationQuestion> InTurn(Queue<EvaluationQuestion>[] queues)
    {
        bool isLeft = true;
        while (isLeft)
        {
            isLeft = false;
            foreach (Queue<EvaluationQuestion> queue in queues)
            {
                if (queue.TryDequeue(out EvaluationQuestion? question))
                {
                    isLeft = true;
                    yield return question;
                }
            }
        }
    }

    private static EvaluationQuestion Name(Sample sample, Dictionary<string, int> numbers)
    {
        string place = sample.Scene is null && sample.Frame is null
            ? Path.GetFileNameWithoutExtension(sample.Source.File)
            : string.Join('/', new[] { sample.Scene, sample.Frame }.OfType<string>());
        string tags = sample.Tags.Count == 0 ? "" : "-" + string.Join('-', sample.Tags.Select(tag => tag.ToString(CultureInfo.InvariantCulture)));
        string prefix = $"{place}/{sample.QuestionType}{tags}";
        int number = numbers[prefix] = numbers.GetValueOrDefault(prefix, -1) + 1;
        bool isRouted = sample.Tags.Count > 0 && DriveBench.QuestionRouting.FindTask(sample.QuestionType) is not null;
        (string type, int tag) = isRouted ? (sample.QuestionType, 0) : WordingRoute.Of(sample);
        return new EvaluationQuestion
        {
            Id = string.Create(CultureInfo.InvariantCulture, $"{prefix}/{number}"),
            Sample = sample,
            QuestionType = type,
            Tags = isRouted ? sample.Tags : [tag],
            IsRoutedByWording = !isRouted,
        };
    }
}
