using System.Globalization;
using DriveKD.Runs.Folders;

namespace DriveKD.World.Questions;

/// <summary>
/// Lessons without a picture. Small models learn the letters of multiple choice only from look-ups (<c>? A car B red C bus ... red</c> is B) and from
/// choices whose answer is told; the other kinds are what models are asked that have nothing to do with driving.
/// </summary>
public static class TextLessons
{
    /// <summary>The kind of look-ups.</summary>
    public const string Letter = "letter";

    /// <summary>The kind of choices whose answer is told.</summary>
    public const string ToldLetter = "told-letter";

    private static readonly string[] _things = ["car", "truck", "bus", "cyclist", "pedestrian", "cone"];
    private static readonly string[] _colors = ["red", "blue", "green", "white", "black", "yellow"];

    private static readonly string[] _words =
    [
        .. _things, .. _colors, "left", "right", "near", "middle", "far", "moving", "braking", "stopped", "stop", "brake", "accelerate", "nothing",
        "stays", "stops", "waits", "walking", "standing", "day", "night", "rain", "fog", "clear",
    ];

    /// <summary>The kinds that teach letters, look-ups first.</summary>
    public static IReadOnlyList<string> LetterKinds { get; } = [Letter, ToldLetter];

    /// <summary>The other kinds.</summary>
    public static IReadOnlyList<string> OtherKinds { get; } = ["sum", "difference", "larger", "tally", "named-colour", "reverse", "first", "odd-one"];

    /// <summary>Whether a question is a lesson in letters.</summary>
    /// <param name="question">Any question.</param>
    public static bool IsLetter(WorldQuestion question) => LetterKinds.Contains(question.Kind);

    /// <summary>Draws a lesson.</summary>
    /// <param name="kind">One of <see cref="LetterKinds"/> or <see cref="OtherKinds"/>.</param>
    /// <param name="random">What is drawn from.</param>
    /// <param name="index">The lesson's number, by which its answer is chosen so that all come equally often.</param>
    /// <exception cref="ArgumentException">There is no such kind.</exception>
    public static WorldQuestion Draw(string kind, RandomStream random, int index)
    {
        switch (kind)
        {
            case Letter:
                return LookUp(random, index);
            case ToldLetter:
                return Told(random, index);
            case "sum":
                int sum = index % 10;
                int part = random.NextInt(sum + 1);
                return Make(kind, $"What is {Number(part)} + {Number(sum - part)}?", Number(sum));
            case "difference":
                int difference = index % 10;
                int less = random.NextInt(10 - difference);
                return Make(kind, $"What is {Number(difference + less)} - {Number(less)}?", Number(difference));
            case "larger":
                int larger = 1 + (index % 9);
                int smaller = random.NextInt(larger);
                (int a, int b) = random.NextInt(2) == 0 ? (larger, smaller) : (smaller, larger);
                return Make(kind, $"Which is more: {Number(a)} or {Number(b)}?", Number(larger));
            case "tally":
                return Tally(random, index % 5);
            case "named-colour":
                string[] things = Pick(_things, 3, random);
                string[] colors = Pick(_colors, 3, random);
                int asked = random.NextInt(3);
                string facts = string.Concat(things.Zip(colors, (thing, color) => $"The {thing} is {color}. "));
                return Make(kind, $"{facts}What colour is the {things[asked]}?", WorldWords.Sentence(colors[asked]));
            case "reverse":
                string[] words = Pick(_words, 3, random);
                return Make(kind, $"Reverse: {string.Join(' ', words)}.", WorldWords.Sentence(string.Join(' ', words.Reverse())));
            case "first":
                string[] row = Pick(_words, 4, random);
                int place = index % 2 == 0 ? 0 : row.Length - 1;
                return Make(kind, $"Which word is {(place == 0 ? "first" : "last")}: {string.Join(' ', row)}?", WorldWords.Sentence(row[place]));
            case "odd-one":
                return OddOne(random, index);
            default:
                throw new ArgumentException($"'{kind}' is no kind of lesson: {string.Join(", ", [.. LetterKinds, .. OtherKinds])}.", nameof(kind));
        }
    }

    private static WorldQuestion LookUp(RandomStream random, int index)
    {
        int count = 3 + random.NextInt(2);
        string[] words = Pick(_words, count, random);
        int right = index % count;
        string letter = ((char)('A' + right)).ToString();
        string options = string.Concat(words.Select((word, i) => $" {(char)('A' + i)} {word}"));
        return Make(Letter, $"?{options} ... {words[right]}", letter) with { Options = words, RightOption = right };
    }

    private static WorldQuestion Told(RandomStream random, int index)
    {
        (string told, string[] options, int right) = ToldChoices.Draw(random, index);
        return Make(ToldLetter, $"{told}.{QuestionDraft.ListOptions(options)}", QuestionDraft.WithLetter(told, right)) with { Options = options, RightOption = right };
    }

    private static WorldQuestion Tally(RandomStream random, int count)
    {
        string[] two = Pick(_things, 2, random);
        string[] row = [.. Enumerable.Repeat(two[0], count), .. Enumerable.Repeat(two[1], 5 - count)];
        random.Shuffle<string>(row);
        return Make("tally", $"{string.Join(' ', row)}: how often {two[0]}?", Number(count));
    }

    private static WorldQuestion OddOne(RandomStream random, int index)
    {
        (string[] many, string[] other) = index % 2 == 0 ? (_things, _colors) : (_colors, _things);
        string odd = other[index / 2 % other.Length];
        string[] row = [.. Pick(many, 3, random), odd];
        random.Shuffle<string>(row);
        return Make("odd-one", $"Which word is odd: {string.Join(' ', row)}?", WorldWords.Sentence(odd));
    }

    private static WorldQuestion Make(string kind, string question, string answer) => new()
    {
        Seed = 0,
        Capability = null,
        Kind = kind,
        Question = question,
        Answer = answer.Length == 1 || kind == ToldLetter ? answer : answer + ".",
        BalanceKey = answer,
        IsTextOnly = true,
    };

    private static string[] Pick(string[] words, int count, RandomStream random)
    {
        string[] all = [.. words];
        random.Shuffle<string>(all);
        return all[..count];
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
}
