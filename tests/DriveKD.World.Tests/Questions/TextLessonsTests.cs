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
        foreach (WorldQuestion lesson in TextLessons.Kinds.SelectMany(kind => Draw(kind, 100)))
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

    [GeneratedRegex(@"[A-Za-z]+|\d+")]
    private static partial Regex Word();
}
