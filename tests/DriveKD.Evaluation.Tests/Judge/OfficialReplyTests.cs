using DriveKD.Evaluation.Judge;

namespace DriveKD.Evaluation.Tests.Judge;

/// <summary>What the recorded table does not hold; the table itself is compared by JudgeGoldensTests.</summary>
public sealed class OfficialReplyTests
{
    [Theory]
    [InlineData("Total Score: \U0001D7D6\U0001D7D3", 85)]
    [InlineData("Total Score: \u0967\u0966\u0966", 100)]
    [InlineData("Total Score:\u001f85", 85)]
    [InlineData("Total Score: 85\U0001D400", null)]
    [InlineData("Total Score: \uD835", null)]
    [InlineData("Total Score: Total Score: 5", 5)]
    public void ReadScore_CharactersOfAnyPlane_AreReadAsPythonDoes(string reply, int? score) => Assert.Equal(score, OfficialReply.ReadScore(reply));
}
