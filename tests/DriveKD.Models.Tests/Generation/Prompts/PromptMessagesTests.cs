using DriveKD.Data.Text.Chat;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Prompts;

namespace DriveKD.Models.Tests.Generation.Prompts;

public sealed class PromptMessagesTests
{
    // Pictures are shown as [] here.
    [Theory]
    [InlineData(0, "Hi", "Hi", "Hi")]
    [InlineData(1, "Hi", "Hi", "[]Hi")]
    [InlineData(2, "Hi", "Image-1: <image>\nImage-2: <image>\nHi", "[][]Hi")]
    [InlineData(1, "A <image>\nB", "A <image>\nB", "A []B")]
    [InlineData(2, "L: <image>\nR: <image>\n\nHi", "L: <image>\nR: <image>\n\nHi", "L: []R: []\nHi")]
    [InlineData(2, "<image><image>", "<image><image>", "[][]")]
    public void Of_EachLayout_PlacesThePictures(int pictures, string text, string openGVLab, string transformers)
    {
        Question question = new() { Text = text, Pictures = [.. Enumerable.Range(0, pictures).Select(shade => TinyModel.Picture(shade: shade))] };

        Assert.Equal(openGVLab, Show(Assert.Single(PromptMessages.Of(question, PicturePlacement.TextMarks))));
        Assert.Equal(transformers, Show(Assert.Single(PromptMessages.Of(question, PicturePlacement.PartsOnLines))));
    }

    [Fact]
    public void Of_SystemText_ComesFirst()
    {
        IReadOnlyList<ChatMessage> messages = PromptMessages.Of(new Question { Text = "Hi", SystemText = "" }, PicturePlacement.TextMarks);

        Assert.Equal([ChatRole.System, ChatRole.User], messages.Select(message => message.Role));
    }

    private static string Show(ChatMessage message) => string.Concat(message.Parts.Select(part => part.Text ?? "[]"));
}
