using DriveKD.Analysis.Observing;

namespace DriveKD.Analysis.Tests.Observing;

public sealed class TokenRolesTests
{
    [Fact]
    public void Of_TrainingSequence_LeavesTheHeaderOutOfTheAnswer()
    {
        // text, picture, picture, text | header, header, answer, end
        TokenRoles roles = TokenRoles.Of(
            [false, true, true, false, false, false, false, false], [-100, -100, -100, -100, 7, 8, 9, 10], lastPromptToken: 5);

        Assert.Equal(8, roles.Tokens);
        Assert.Equal([1, 2], roles.Vision);
        Assert.Equal([0, 3, 4, 5, 6, 7], roles.Text);
        Assert.Equal([5, 6], roles.AnswerPositions);
        Assert.Equal([9, 10], roles.AnswerTokens);
    }

    [Fact]
    public void Of_NoAnswer_HasNoAnswerPositions()
    {
        TokenRoles roles = TokenRoles.Of([false, false], [-100, -100], lastPromptToken: 1);

        Assert.Empty(roles.AnswerPositions);
        Assert.Empty(roles.AnswerTokens);
    }
}
