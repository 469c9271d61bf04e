using System.Globalization;
using System.Text.RegularExpressions;
using DriveKD.Data.Samples;
using DriveKD.World.Futures;
using DriveKD.World.Questions;

namespace DriveKD.World.Tests.Questions;

public sealed partial class SceneQuestionsTests
{
    private const int Scenes = 60;

    private static readonly QuestionSettings _words = new() { References = ReferenceForm.Words };

    [Fact]
    public void Of_ManyScenes_AsksEveryKind()
    {
        HashSet<string> kinds = [.. Many(_words).Select(pair => pair.Question.Kind)];

        Assert.Superset(
            new HashSet<string>(
            [
                "what", "what-choice", "colour", "colour-choice", "status", "status-choice", "posture", "count", "count-choice", "where", "where-choice", "light", "light-choice",
                "next", "next-choice", "next-walker", "next-walker-choice", "critical", "critical-choice", "yield", "conflict", "action", "action-choice", "safe", "why",
                "caption", "place", "exists-place", "exists", "exists-colour", "count-kind", "line", "crossing", "daytime", "weather",
            ]),
            kinds);
    }

    [Fact]
    public void Of_AnyForm_UsesOnlyKnownWords()
    {
        HashSet<string> known = [.. WorldVocabulary.Words];

        Assert.True(known.Count < 250, $"{known.Count} words");
        foreach (ReferenceForm form in Enum.GetValues<ReferenceForm>())
        {
            foreach ((_, WorldQuestion question) in Many(new QuestionSettings { References = form }))
            {
                string text = Tag().Replace($"{question.Question} {question.Answer}", " ");
                Assert.All(Word().Matches(text).Select(match => match.Value.ToLowerInvariant()), word => Assert.Contains(word, known));
            }
        }
    }

    [Fact]
    public void Of_SameFactsTwice_SameQuestions()
    {
        Assert.Equal(SceneQuestions.Of(MadeUpFacts.Find(5)).Select(Text), SceneQuestions.Of(MadeUpFacts.Find(5)).Select(Text));

        static string Text(WorldQuestion question) => $"{question.Kind} {question.Question} {question.Answer}";
    }

    [Fact]
    public void Of_Choices_HaveOneRightOptionAndSayItsWordsBeforeItsLetter()
    {
        WorldQuestion[] choices = [.. Many(_words).Select(pair => pair.Question).Where(question => question.RightOption is not null)];

        Assert.All(choices, question =>
        {
            int right = question.RightOption!.Value;
            Assert.Equal(question.Options.Count, question.Options.Distinct().Count());
            Assert.Equal($"{question.Options[right]}: {(char)('A' + right)}", question.Decisive);
            Assert.EndsWith(string.Concat(question.Options.Select((option, i) => $" {(char)('A' + i)}. {option}.")), question.Question, StringComparison.Ordinal);
        });
        int[] letters = [.. choices.Where(question => question.Options.Count == 3).CountBy(question => question.RightOption!.Value).OrderBy(pair => pair.Key).Select(pair => pair.Value)];
        Assert.Equal(3, letters.Length);
        Assert.All(letters, count => Assert.InRange(count / (double)letters.Sum(), 0.28, 0.39));
    }

    [Fact]
    public void Of_LetterOnly_AnswersAreLetters() => Assert.All(
        Many(new QuestionSettings { Answers = AnswerForm.LetterOnly }).Where(pair => pair.Question.RightOption is not null),
        pair => Assert.Equal(((char)('A' + pair.Question.RightOption!.Value)).ToString(), pair.Question.Answer));

    [Fact]
    public void Of_WithoutChoices_AsksOpenly() =>
        Assert.All(Many(new QuestionSettings { HasChoices = false }), pair => Assert.Empty(pair.Question.Options));

    [Fact]
    public void Of_PlanningChoice_WrongOptionsHaveAFault()
    {
        int checkedOptions = 0;
        foreach ((SceneFacts facts, WorldQuestion question) in Many(_words).Where(pair => pair.Question.Kind == "action-choice"))
        {
            foreach ((int i, string option) in question.Options.Index())
            {
                ManeuverFuture future = facts.Futures.Single(future => WorldWords.Sentence(WorldWords.Of(future.Maneuver)) == option);
                Assert.Equal(i == question.RightOption, future.Maneuver == facts.Best);
                Assert.Equal(i == question.RightOption, future.Fault == ManeuverFault.None);
                checkedOptions++;
            }
        }

        Assert.True(checkedOptions > 50);
    }

    [Fact]
    public void Of_Colour_WrongOptionsComeFromThePicture()
    {
        foreach ((SceneFacts facts, WorldQuestion question) in Many(_words).Where(pair => pair.Question.Kind == "colour-choice"))
        {
            string[] seen = [.. facts.Objects.Select(item => WorldWords.Sentence(WorldWords.Of(item.Actor.Color))).Distinct()];
            Assert.Equal(Math.Min(3, seen.Length), question.Options.Count(seen.Contains));
        }
    }

    [Fact]
    public void Of_Words_NameUniqueObjectsOnly()
    {
        foreach ((SceneFacts facts, WorldQuestion question) in Many(_words).Where(pair => pair.Question.Kind is "colour" or "status" or "next"))
        {
            SceneObject item = Assert.Single(facts.Objects, item => question.Question.Contains(
                $"the {WorldWords.Place(item.Band, item.Side)} {WorldWords.Of(item.Actor.Kind)}", StringComparison.Ordinal));
            Assert.True(item.IsUnique);
            string expected = question.Kind switch { "colour" => WorldWords.Of(item.Actor.Color), "status" => WorldWords.Of(item.Motion), _ => WorldWords.Of(item.Next) };
            Assert.Equal(WorldWords.Sentence(expected), question.Decisive);
            Assert.Equal((WorldWords.Place(item.Band, item.Side), WorldWords.Sentence($"{question.Subject} {expected}.")), (question.Subject, question.Answer));
        }
    }

    [Fact]
    public void Of_Tags_AreCentresOfWhatIsSeen()
    {
        int tags = 0;
        foreach ((SceneFacts facts, WorldQuestion question) in Many(new QuestionSettings { References = ReferenceForm.Tags }).Where(pair => pair.Question.Kind == "colour"))
        {
            Match match = Assert.Single(Tag().Matches(question.Question));
            SceneObject item = facts.Objects[int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture) - 1];
            Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"<c{match.Groups[1].Value},CAM_FRONT,{item.Seen.CentreX:0.0},{item.Seen.CentreY:0.0}>"), match.Value);
            tags++;
        }

        Assert.True(tags > 50);
    }

    [Fact]
    public void Of_IncompleteScene_NothingIsCountedOrDescribed()
    {
        SceneFacts facts = MadeUpFacts.Find(3) with { IsComplete = false };

        Assert.DoesNotContain(SceneQuestions.Of(facts), question => question.Kind is "what" or "count" or "where" or "caption" or "exists" or "count-kind");
    }

    [Fact]
    public void Of_ReasonObject_AnswerNamesItAfterTheDecisiveWord()
    {
        SceneFacts facts = Enumerable.Range(1, Scenes).Select(seed => MadeUpFacts.Find((ulong)seed)).First(facts => facts.ReasonObject is { IsUnique: true } && facts.Reason == PlanReason.BrakingAhead);
        WorldQuestion action = SceneQuestions.Of(facts, _words).Single(question => question.Kind == "action");

        Assert.Equal("Brake", action.Decisive);
        Assert.Matches("^Brake because the (near|middle|far) ego \\w+ brakes\\.$", action.Answer);
        Assert.Equal(Capability.Planning, action.Capability);
    }

    [Fact]
    public void Of_Places_AreDescribedAsCaptionsDo()
    {
        (SceneFacts Facts, WorldQuestion Question)[] pairs = [.. Many(_words).Where(pair => SceneQuestions.IsPlace(pair.Question))];

        Assert.Contains(pairs, pair => pair.Question.Decisive == "Nothing");
        Assert.All(pairs, pair =>
        {
            SceneObject[] there = [.. pair.Facts.Objects.Where(item => pair.Question.Question == $"Describe {WorldWords.Place(item.Band, item.Side)}.")];
            Assert.InRange(there.Length, 0, 1);
            Assert.Equal(there.Length == 0, pair.Question.Decisive == "Nothing");
            Assert.All(there, item => Assert.Contains(pair.Question.Answer, SceneQuestions.Caption(pair.Facts) + ".", StringComparison.OrdinalIgnoreCase));
        });
    }

    [Fact]
    public void Of_Tags_AnswersDoNotSayThePlace() => Assert.All(
        Many(new QuestionSettings { References = ReferenceForm.Tags }).Where(pair => pair.Question.Kind is "colour" or "status" or "next"),
        pair => Assert.Equal(pair.Question.Answer, pair.Question.Decisive + "."));

    [Fact]
    public void Caption_Scene_NamesLightCrossingLinesAndEveryObject()
    {
        SceneFacts facts = MadeUpFacts.Find(9) with { Light = LightView.Red, HasCrossing = true, LeftLineIsDashed = null, RightLineIsDashed = false };
        string caption = SceneQuestions.Caption(facts);

        Assert.StartsWith("Red light. Crossing. No left lane. Right line solid", caption, StringComparison.Ordinal);
        Assert.Equal(4 + facts.Objects.Count, caption.Split(". ").Length);
        // The place first, near before far and left before right.
        Assert.Equal(
            facts.Objects.Select(item => (int)item.Band).Order(),
            caption.Split(". ")[4..].Select(words => Array.FindIndex((string[])["Near", "Middle", "Far"], band => words.StartsWith(band, StringComparison.Ordinal))));
        Assert.All(facts.Objects, item => Assert.Contains($"{WorldWords.Of(item.Actor.Color)} {WorldWords.Of(item.Actor.Kind)}", caption, StringComparison.OrdinalIgnoreCase));
    }

    private static IEnumerable<(SceneFacts Facts, WorldQuestion Question)> Many(QuestionSettings settings) =>
        Enumerable.Range(1, Scenes).Select(seed => MadeUpFacts.Find((ulong)seed)).SelectMany(facts => SceneQuestions.Of(facts, settings).Select(question => (facts, question)));

    [GeneratedRegex(@"<c(\d+),CAM_FRONT,[\d.]+,[\d.]+>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"[A-Za-z]+|\d+")]
    private static partial Regex Word();
}
