using DriveKD.Evaluation.Metrics;

namespace DriveKD.Evaluation.Tests.Metrics;

public sealed class DecisiveWordsTests
{
    [Theory]
    [InlineData("Turn left.", "turn left")]
    [InlineData("  Turn \t left . ", "turn left")]
    [InlineData("Brake, because a pedestrian crosses.", "brake")]
    [InlineData("Brake because of the truck, because it is slow.", "brake")]
    [InlineData("No, it is not safe, Because the light is red.", "no, it is not safe")]
    [InlineData("Because of the light.", "because of the light")]
    [InlineData("A becauseway", "a becauseway")]
    [InlineData("3.5 m", "3.5 m")]
    [InlineData("", "")]
    [InlineData(", because", "")]
    public void Of_Answers_IsWhatStandsBeforeTheReason(string answer, string expected) => Assert.Equal(expected, DecisiveWords.Of(answer));

    [Theory]
    [InlineData("B", "b.", true)]
    [InlineData("Keep going because the road is free", "keep going, because nobody is there.", true)]
    [InlineData("Keep going", "Stop", false)]
    [InlineData("", "Stop", false)]
    public void Agree_TwoAnswers_ComparesTheDecisiveWords(string prediction, string reference, bool expected) =>
        Assert.Equal(expected, DecisiveWords.Agree(prediction, reference));
}
