using DriveKD.Data.Samples;
using DriveKD.World.Questions;

namespace DriveKD.World.Tests.Questions;

public sealed class TextOnlyBaselineTests
{
    [Fact]
    public void Measure_AnswerFollowsFromAWord_FindsTheLeak()
    {
        WorldQuestion[] questions = [.. Enumerable.Range(0, 200).Select(i => Make($"What is the {(i % 2 == 0 ? "red" : "blue")} one?", i % 2 == 0 ? "Car." : "Bus."))];
        TextOnlyRate rate = TextOnlyBaseline.Train(questions[..100]).Measure(questions[100..]);

        Assert.Equal((100, 0.5, 1.0), (rate.Questions, rate.Majority, rate.TextOnly));
    }

    [Fact]
    public void Measure_OptionIsAlwaysRight_FindsTheLeak()
    {
        WorldQuestion[] questions =
        [
            .. Enumerable.Range(0, 200).Select(i =>
            {
                string[] options = i % 2 == 0 ? ["Brake", "Keep"] : ["Keep", "Brake"];
                return Make("Which?", "x") with { Options = options, RightOption = Array.IndexOf(options, "Brake") };
            }),
        ];

        Assert.Equal(1, TextOnlyBaseline.Train(questions[..100]).Measure(questions[100..]).TextOnly);
    }

    [Fact]
    public void Measure_NothingInTheText_StaysAtTheMajority()
    {
        WorldQuestion[] questions = [.. Enumerable.Range(0, 400).Select(i => Make($"What is there {i % 3}?", i % 5 < 3 ? "Car." : "Bus."))];
        TextOnlyRate rate = TextOnlyBaseline.Train(questions[..200]).Measure(questions[200..]);

        Assert.Equal(0.6, rate.Majority, 2);
        Assert.Equal(rate.Majority, rate.TextOnly, 0.05);
    }

    [Fact]
    public void Answer_UnknownKind_IsNull() =>
        Assert.Null(TextOnlyBaseline.Train([Make("a?", "b")]).Answer(Make("a?", "b") with { Kind = "other" }));

    [Fact]
    public void Measure_NoQuestions_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TextOnlyBaseline.Train([Make("a?", "b")]).Measure([]));

    private static WorldQuestion Make(string question, string answer) => new()
    {
        Seed = 1,
        Capability = Capability.Perception,
        Kind = "kind",
        Question = question,
        Answer = answer,
        BalanceKey = answer,
    };
}
