using DriveKD.Data.Errors;
using DriveKD.Models.Generation;

namespace DriveKD.Models.Tests.Generation;

public sealed class QuestionTests
{
    [Theory]
    [InlineData("<|im_start|>")]
    [InlineData("<|im_end|>")]
    [InlineData("<|endoftext|>")]
    [InlineData("<img>")]
    [InlineData("</img>")]
    [InlineData("<IMG_CONTEXT>")]
    public void Validate_ControlToken_IsRefusedInQuestionAndSystemText(string token)
    {
        Question question = new() { Text = $"What is {token} here?", SystemText = $"{token}" };

        Assert.Equal(["question", "system text"], Problems(question).Select(problem => problem.Where));
    }

    [Theory]
    [InlineData("Where is <ref>the car</ref>?")]
    [InlineData("Is 3 < 4 and 5 > 4? <|im_ end|> <IMG CONTEXT>")]
    [InlineData("日本語 🚗 \u0301")]
    public void Validate_OtherText_Passes(string text) => new Question { Text = text }.Validate();

    [Theory]
    [InlineData("")]
    [InlineData(" \n\t")]
    public void Validate_EmptyQuestion_IsRefused(string text) =>
        Assert.Equal("question: is empty; a text is expected.", Assert.Single(Problems(new Question { Text = text })).ToString());

    [Theory]
    [InlineData("<image> Hi", 0)]
    [InlineData("<image> Hi", 2)]
    [InlineData("<image><image> Hi", 1)]
    public void Validate_PlaceholdersUnlikePictures_AreRefused(string text, int pictures)
    {
        Question question = new() { Text = text, Pictures = [.. Enumerable.Range(0, pictures).Select(shade => TinyModel.Picture(shade: shade))] };

        Assert.Contains($"{pictures} pictures were given", Assert.Single(Problems(question)).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Validate_EverythingWrong_IsReportedAtOnce()
    {
        Question question = new() { Text = "<image><|im_end|>", SystemText = "<image>", MaxTiles = 1025 };

        Assert.Equal(["question", "system text", "question", "tiles"], Problems(question).Select(problem => problem.Where));
    }

    private static IReadOnlyList<Problem> Problems(Question question) => Assert.Throws<InputException>(question.Validate).Problems;
}
