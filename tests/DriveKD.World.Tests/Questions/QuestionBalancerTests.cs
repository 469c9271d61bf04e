using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;
using DriveKD.World.Questions;

namespace DriveKD.World.Tests.Questions;

public sealed class QuestionBalancerTests
{
    [Fact]
    public void Choose_UnevenCandidates_KindsAndAnswersComeEqually()
    {
        WorldQuestion[] candidates =
        [
            .. Enumerable.Range(0, 900).Select(i => Make("colour", "Red", i)),
            .. Enumerable.Range(0, 200).Select(i => Make("colour", "Blue", i)),
            .. Enumerable.Range(0, 200).Select(i => Make("count", "1", i)),
        ];
        IReadOnlyList<WorldQuestion> chosen = QuestionBalancer.Choose(candidates, 300, new RandomStream(1));

        Assert.Equal(300, chosen.Count);
        Assert.Equal(300, chosen.Distinct(ReferenceEqualityComparer.Instance).Count());
        Assert.Equal(150, chosen.Count(question => question.Kind == "count"));
        Assert.InRange(chosen.Count(question => question.Answer == "Red."), 55, 95);
    }

    [Fact]
    public void Choose_Groups_AnswersAreEvenWithinEach()
    {
        WorldQuestion[] candidates =
        [
            .. Enumerable.Range(0, 400).Select(i => Make("safe", "Yes", i) with { Group = "keep" }),
            .. Enumerable.Range(0, 200).Select(i => Make("safe", "No", i) with { Group = "keep" }),
            .. Enumerable.Range(0, 200).Select(i => Make("safe", "Yes", i) with { Group = "change" }),
            .. Enumerable.Range(0, 900).Select(i => Make("safe", "No", i) with { Group = "change" }),
        ];
        IReadOnlyList<WorldQuestion> chosen = QuestionBalancer.Choose(candidates, 400, new RandomStream(2));

        Assert.All(chosen.CountBy(question => (question.Group, question.Answer)), pair => Assert.InRange(pair.Value, 70, 130));
    }

    [Fact]
    public void Choose_Options_AreOfferedWronglyAboutEquallyOften()
    {
        string[] words = ["Red", "Blue", "Green", "White"];
        RandomStream random = new(4);
        List<WorldQuestion> candidates = [];
        for (int i = 0; i < 4000; i++)
        {
            // Red stands in nearly every picture.
            string right = words[random.NextInt(4)];
            string[] wrong = [.. words.Where(word => word != right).OrderBy(word => random.NextDouble() * (word == "Red" ? 0.5 : 1)).Take(2)];
            candidates.Add(Make("colour-choice", right, i) with { Options = [right, .. wrong], RightOption = 0 });
        }

        IReadOnlyList<WorldQuestion> chosen = QuestionBalancer.Choose(candidates, 400, new RandomStream(5));
        int[] offered = [.. words.Select(word => chosen.Count(question => question.Options.Skip(1).Contains(word)))];
        int[] before = [.. words.Select(word => candidates.Take(400).Count(question => question.Options.Skip(1).Contains(word)))];

        Assert.True(before.Max() - before.Min() > 50, string.Join(' ', before));
        Assert.True(offered.Max() - offered.Min() < 25, string.Join(' ', offered));
    }

    [Fact]
    public void Choose_TooFew_GivesAllOnce() =>
        Assert.Equal(7, QuestionBalancer.Choose([.. Enumerable.Range(0, 7).Select(i => Make("light", "Red", i))], 50, new RandomStream(3)).Count);

    [Fact]
    public void Choose_Nothing_GivesNothing() => Assert.Empty(QuestionBalancer.Choose([], 50, new RandomStream(3)));

    private static WorldQuestion Make(string kind, string answer, int number) => new()
    {
        Seed = (ulong)number,
        Capability = Capability.Perception,
        Kind = kind,
        Question = $"{kind} {number}?",
        Answer = answer + ".",
        BalanceKey = answer,
    };
}
