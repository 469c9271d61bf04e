using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Chat;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Text.Chat;

public class ChatTemplatesTests
{
    [Theory]
    [InlineData("""{"model_type": "internvl_chat", "template": "internvl2_5", "system_message": null}""", "internvl2_5")]
    [InlineData("""{"model_type": "internvl"}""", "internvl-hf")]
    [InlineData("""{"model_type": "qwen2_5_vl"}""", "qwen2.5-vl")]
    public void ForCheckpoint_KnownConfig_GivesItsTemplate(string config, string name) => Assert.Equal(name, Pick(config).Name);

    [Fact]
    public void ForCheckpoint_SystemMessageInConfig_IsTheDefault()
    {
        IChatTemplate template = Pick("""{"model_type": "internvl_chat", "template": "internvl2_5", "system_message": "Drive."}""");

        Assert.StartsWith("<|im_start|>system\nDrive.<|im_end|>\n", template.Build([ChatMessage.User("Q")], []).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"model_type": "internvl_chat", "template": "internlm2-chat"}""", "internlm2-chat")]
    [InlineData("""{"model_type": "internvl_chat"}""", "template is missing")]
    [InlineData("""{"model_type": "llava"}""", "llava")]
    [InlineData("""{"model_type": 3}""", "model_type is missing or no text")]
    [InlineData("""{}""", "model_type")]
    [InlineData("""[]""", "an object was expected")]
    [InlineData("""{""", "not valid JSON")]
    public void ForCheckpoint_UnknownConfig_IsRefusedByName(string config, string named)
    {
        InputException exception = Assert.Throws<InputException>(() => Pick(config));

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.Contains("config.json", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void ForCheckpoint_NoConfig_SaysSo()
    {
        using TemporaryFolder folder = new();

        Assert.Throws<InputException>(() => ChatTemplates.ForCheckpoint(folder.Path, TinyTokenizer.Load()));
    }

    [Theory]
    [InlineData("student", "internvl2_5")]
    [InlineData("teacher-6b", "internvl2_5")]
    [InlineData("student-hf", "internvl-hf")]
    [InlineData("teacher-6b-hf", "internvl-hf")]
    public void ForCheckpoint_GoldenFolder_GivesItsTemplate(string checkpoint, string name)
    {
        string folder = TestPaths.RequireShared("golden", "internvl", checkpoint);

        Assert.Equal(name, ChatTemplates.ForCheckpoint(folder, BpeTokenizer.Load(folder)).Name);
    }

    private static IChatTemplate Pick(string config)
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["config.json"], config);
        return ChatTemplates.ForCheckpoint(folder.Path, TinyTokenizer.Load());
    }
}
