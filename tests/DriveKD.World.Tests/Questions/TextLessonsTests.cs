using System.Text.RegularExpressions;
using DriveKD.Runs.Folders;
using DriveKD.World.Questions;

namespace DriveKD.World.Tests.Questions;

public sealed partial class TextLessonsTests
{
    [Fact]
    public void Draw_Letter_AnswerIsTheLetterBeforeTheWord()
    {
        WorldQuestion[] lessons = Draw(TextLessons.Letter, 240);

        Assert.All(lessons, lesson =>
        {
            string word = lesson.Question.Split(" ... ")[1];
            Assert.Contains($" {lesson.Answer} {word} ", lesson.Question, StringComparison.Ordinal);
            Assert.True(lesson.IsTextOnly);
            Assert.Null(lesson.Capability);
        });
        Assert.All(lessons.Where(lesson => lesson.Options.Count == 4).CountBy(lesson => lesson.Answer), pair => Assert.InRange(pair.Value, 20, 40));
    }

    [Fact]
    public void Draw_ToldLetter_AsksForTheLetterOfWhatIsTold_InTheFormOfChoices()
    {
        WorldQuestion[] lessons = Draw(TextLessons.ToldLetter, 400);

        Assert.All(lessons, lesson =>
        {
            Match parts = Told().Match(lesson.Question);
            Assert.True(parts.Success, lesson.Question);
            string told = parts.Groups["told"].Value;
            string right = lesson.Options[lesson.RightOption!.Value];
            Assert.EndsWith(right, told, StringComparison.OrdinalIgnoreCase);
            Assert.Equal($"{told}: {(char)('A' + lesson.RightOption.Value)}", lesson.Answer);
            Assert.Equal(lesson.Options.Count, lesson.Options.Distinct().Count());
            Assert.Equal(
                string.Concat(lesson.Options.Select((option, index) => $" {(char)('A' + index)}. {option}.")), parts.Groups["options"].Value);
            Assert.True(lesson.IsTextOnly);
        });
        Assert.All(lessons.CountBy(lesson => lesson.Answer[^1]).Where(pair => pair.Key != 'D'), pair => Assert.InRange(pair.Value, 80, 160));
        Assert.Contains(lessons, lesson => lesson.Question.StartsWith("Near left ", StringComparison.Ordinal));
        Assert.Contains(lessons, lesson => lesson.Question.StartsWith("The ", StringComparison.Ordinal));
    }

    [Fact]
    public void Draw_Arithmetic_IsRight()
    {
        foreach (WorldQuestion lesson in Draw("sum", 100).Concat(Draw("difference", 100)).Concat(Draw("larger", 100)))
        {
            int[] numbers = [.. Number().Matches(lesson.Question).Select(match => match.Value[0] - '0')];
            int expected = lesson.Kind switch { "sum" => numbers[0] + numbers[1], "difference" => numbers[0] - numbers[1], _ => Math.Max(numbers[0], numbers[1]) };
            Assert.Equal(expected.ToString(System.Globalization.CultureInfo.InvariantCulture), lesson.Answer);
        }
    }

    [Fact]
    public void Draw_Words_AreRight()
    {
        foreach (WorldQuestion lesson in Draw("reverse", 50))
        {
            string[] words = lesson.Question["Reverse: ".Length..].TrimEnd('.').Split(' ');
            Assert.Equal(string.Join(' ', words.Reverse()), lesson.Decisive, ignoreCase: true);
        }

        foreach (WorldQuestion lesson in Draw("tally", 50))
        {
            string[] parts = lesson.Question.TrimEnd('?').Split(": how often ");
            Assert.Equal(parts[0].Split(' ').Count(word => word == parts[1]).ToString(System.Globalization.CultureInfo.InvariantCulture), lesson.Answer);
        }

        foreach (WorldQuestion lesson in Draw("named-colour", 50))
        {
            string thing = lesson.Question.TrimEnd('?').Split(' ')[^1];
            Assert.Contains($"The {thing} is {lesson.Decisive.ToLowerInvariant()}.", lesson.Question, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Draw_EveryKind_UsesKnownWords()
    {
        HashSet<string> known = [.. WorldVocabulary.Words];
        foreach (WorldQuestion lesson in TextLessons.LetterKinds.Concat(TextLessons.OtherKinds).SelectMany(kind => Draw(kind, 100)))
        {
            Assert.All(Word().Matches($"{lesson.Question} {lesson.Answer}").Select(match => match.Value.ToLowerInvariant()), word => Assert.Contains(word, known));
        }
    }

    [Fact]
    public void Draw_UnknownKind_IsRefused() => Assert.Throws<ArgumentException>(() => TextLessons.Draw("poem", new RandomStream(1), 0));

    private static WorldQuestion[] Draw(string kind, int count)
    {
        RandomStream random = new(3);
        return [.. Enumerable.Range(0, count).Select(index => TextLessons.Draw(kind, random, index))];
    }

    [GeneratedRegex(@"\d")]
    private static partial Regex Number();

    [GeneratedRegex(@"^(?<told>[^.]+)\.(?<options>( [A-D]\. [^.]+\.){3,4})$")]
    private static partial Regex Told();

    [GeneratedRegex(@"[A-Za-z]+|\d+")]
    private static partial Regex Word();
}
