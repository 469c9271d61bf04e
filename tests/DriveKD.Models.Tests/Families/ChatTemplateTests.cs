using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Chat;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Tests.Support;
using DriveKD.Tests;

namespace DriveKD.Models.Tests.Families;

/// <summary>Which chat template a folder's model has: <see cref="ModelFamily.CreateTemplate"/>.</summary>
public sealed class ChatTemplateTests
{
    private static readonly BpeTokenizer _tokenizer = BpeTokenizer.Load(TestPaths.Asset("tokenizers", "tiny"));

    [Theory]
    [InlineData(InternVLLayout.OpenGVLab, "internvl2_5", "internvl2_5")]
    [InlineData(InternVLLayout.Transformers, null, "internvl-hf")]
    [InlineData(InternVLLayout.Transformers, "internvl2_5", "internvl-hf")]
    public void CreateTemplate_KnownConfig_GivesItsTemplate(InternVLLayout layout, string? template, string name) =>
        Assert.Equal(name, Create(TestModels.Small with { Layout = layout, Template = template }).Name);

    [Fact]
    public void CreateTemplate_SystemMessageInConfig_IsTheDefault()
    {
        IChatTemplate template = Create(TestModels.Small with { Template = "internvl2_5", SystemMessage = "Drive." });

        Assert.StartsWith("<|im_start|>system\nDrive.<|im_end|>\n", template.Build([ChatMessage.User("Q")], []).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("internlm2-chat", "internlm2-chat")]
    [InlineData(null, "template is missing")]
    public void CreateTemplate_UnknownTemplate_IsRefusedByName(string? template, string named)
    {
        InputException exception = Assert.Throws<InputException>(() => Create(TestModels.Small with { Template = template }));

        Assert.Contains(named, exception.Message, StringComparison.Ordinal);
        Assert.Contains("config.json", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void CreateTemplate_TokenizerOfAnotherFamily_IsRefused()
    {
        BpeTokenizer qwens = BpeTokenizer.Load(TestPaths.RequireShared("golden", "qwen25vl", "tiny-a-float32-hubnames"));
        ModelConfig config = TestModels.Small with { Template = "internvl2_5" };

        Assert.Contains(
            "Is it an InternVL checkpoint?",
            Assert.Throws<InputException>(() => config.Family.CreateTemplate("folder", config, qwens)).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("internvl", "student", "internvl2_5")]
    [InlineData("internvl", "teacher-6b", "internvl2_5")]
    [InlineData("internvl", "student-hf", "internvl-hf")]
    [InlineData("internvl", "teacher-6b-hf", "internvl-hf")]
    [InlineData("qwen25vl", "tiny-a-float32-hubnames", "qwen2.5-vl")]
    [InlineData("qwen25vl", "tiny-b-bfloat16-sharded-newnames", "qwen2.5-vl")]
    public void CreateTemplate_GoldenFolder_GivesItsTemplate(string family, string checkpoint, string name)
    {
        string folder = TestPaths.RequireShared("golden", family, checkpoint);
        ModelConfig config = ModelConfigReader.Read(folder);

        Assert.Equal(name, config.Family.CreateTemplate(folder, config, BpeTokenizer.Load(folder)).Name);
    }

    private static IChatTemplate Create(ModelConfig config) => config.Family.CreateTemplate("folder", config, _tokenizer);
}
