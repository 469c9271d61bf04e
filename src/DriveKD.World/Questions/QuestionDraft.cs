using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;
using DriveKD.World.Futures;
using DriveKD.World.Rendering;

namespace DriveKD.World.Questions;

/// <summary>Collects the questions about a scene: names objects, writes answers, and puts options into a random order.</summary>
internal sealed class QuestionDraft(SceneFacts facts, QuestionSettings settings)
{
    private readonly RandomStream _random = new SeedStreams(unchecked((long)facts.Seed)).Open("world/questions");
    private readonly List<WorldQuestion> _questions = [];

    /// <summary>What is true of the scene.</summary>
    public SceneFacts Facts => facts;

    /// <summary>The scene's own stream.</summary>
    public RandomStream Random => _random;

    /// <summary>What was added.</summary>
    public IReadOnlyList<WorldQuestion> Questions => _questions;

    /// <summary>The listed object of an id that its words name without doubt; null where there is none.</summary>
    public SceneObject? FindUnique(int? actorId) => facts.Objects.FirstOrDefault(item => item.Actor.Id == actorId && item.IsUnique);

    /// <summary>An object in a question.</summary>
    public string Name(SceneObject item) => settings.References switch
    {
        ReferenceForm.Words => Words(item),
        ReferenceForm.Tags => Tag(item),
        _ => $"{Words(item)} {Tag(item)}",
    };

    /// <summary>An object in an answer or an option.</summary>
    public string ShortName(SceneObject item) => settings.References == ReferenceForm.Tags ? Tag(item) : Words(item);

    /// <summary>What an answer about an object says again of the question; nothing where the question has a tag alone.</summary>
    public string Subject(SceneObject item) => settings.References == ReferenceForm.Tags ? "" : WorldWords.Place(item.Band, item.Side);

    /// <summary>Adds an open question.</summary>
    /// <param name="capability">Null for a general one.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="question">The text.</param>
    /// <param name="decisive">The words that count, in small letters.</param>
    /// <param name="reason">A clause without the word because; null for none.</param>
    /// <param name="key">What is drawn evenly after the answer.</param>
    /// <param name="group">What is drawn evenly before it.</param>
    /// <param name="subject">Words of the question that the answer begins with; a small model looks at a place by the words just before.</param>
    public void Add(
        Capability? capability, string kind, string question, string decisive, string? reason = null, string? key = null, string group = "", string subject = "") =>
        _questions.Add(new WorldQuestion
        {
            Seed = facts.Seed,
            Capability = capability,
            Kind = kind,
            Question = question,
            Answer = WorldWords.Sentence(About(subject, decisive)) + (reason is null ? "." : $" because {reason}."),
            BalanceKey = key ?? decisive,
            Group = group,
            Subject = subject,
        });

    /// <summary>Adds a question of multiple choice with three or four options, where so many wrong ones are known.</summary>
    /// <param name="capability">The capability.</param>
    /// <param name="kind">The kind, to which <c>-choice</c> is added.</param>
    /// <param name="question">The text before the options.</param>
    /// <param name="right">The right one, in small letters.</param>
    /// <param name="wrong">Wrong ones, the best first.</param>
    /// <param name="count">How many options.</param>
    /// <param name="group">What is drawn evenly before the answer.</param>
    /// <param name="subject">Words of the question that the answer begins with.</param>
    public void AddChoice(
        Capability capability, string kind, string question, string right, IEnumerable<string> wrong, int count = 3, string group = "", string subject = "")
    {
        string[] others = [.. wrong.Where(words => words != right).Distinct().Take(count - 1)];
        if (!settings.HasChoices || others.Length < count - 1)
        {
            return;
        }

        string[] options = [right, .. others];
        _random.Shuffle<string>(options);
        options = Array.ConvertAll(options, WorldWords.Sentence);
        int index = Array.IndexOf(options, WorldWords.Sentence(right));
        bool isLetterOnly = settings.Answers == AnswerForm.LetterOnly;
        _questions.Add(new WorldQuestion
        {
            Seed = facts.Seed,
            Capability = capability,
            Kind = kind + "-choice",
            Question = question + ListOptions(options),
            Answer = isLetterOnly ? Letter(index).ToString() : WithLetter(WorldWords.Sentence(About(subject, right)), index),
            BalanceKey = $"{right} {Letter(index)}",
            Group = group,
            Subject = isLetterOnly ? "" : subject,
            Options = options,
            RightOption = index,
        });
    }

    /// <summary>Values in a random order.</summary>
    public T[] Shuffled<T>(IEnumerable<T> values)
    {
        T[] items = [.. values];
        _random.Shuffle<T>(items);
        return items;
    }

    /// <summary>Options as a question ends with them: <c> A. Red. B. Blue.</c></summary>
    /// <param name="options">The options with their capitals.</param>
    public static string ListOptions(IEnumerable<string> options) => string.Concat(options.Select((option, i) => $" {Letter(i)}. {option}."));

    /// <summary>An answer with its letter: <c>Near left red: A</c>.</summary>
    /// <param name="words">The answer's words.</param>
    /// <param name="option">Which option they are.</param>
    public static string WithLetter(string words, int option) => $"{words}: {Letter(option)}";

    private static char Letter(int option) => (char)('A' + option);

    private static string About(string subject, string words) => subject.Length == 0 ? words : $"{subject} {words}";

    private static string Words(SceneObject item) => $"the {WorldWords.Place(item.Band, item.Side)} {WorldWords.Of(item.Actor.Kind)}";

    private string Tag(SceneObject item)
    {
        int number = 1 + facts.Objects.Index().First(entry => entry.Item.Actor.Id == item.Actor.Id).Index;
        return string.Create(CultureInfo.InvariantCulture, $"<c{number},{CameraRig.Front},{item.Seen.CentreX:0.0},{item.Seen.CentreY:0.0}>");
    }
}
