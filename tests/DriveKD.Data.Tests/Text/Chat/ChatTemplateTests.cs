using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Chat;

namespace DriveKD.Data.Tests.Text.Chat;

public class ChatTemplateTests
{
    private const string Default = "<|im_start|>system\n" + InternVL25ChatTemplate.DefaultSystemText + "<|im_end|>\n";
    private static readonly BpeTokenizer _tokenizer = TinyTokenizer.Load();

    [Fact]
    public void OpenGVLab_PictureParts_BecomePlaceholdersWithNewlines()
    {
        ChatMessage message = ChatMessage.User(
            ChatPart.Of("Image-1: "), ChatPart.Image, ChatPart.Of("Image-2: "), ChatPart.Image, ChatPart.Of("Compare."));

        ChatPrompt prompt = new InternVL25ChatTemplate(_tokenizer).Build([message], [2, 3]);

        Assert.Equal(Default + "<|im_start|>user\nImage-1: <image>\nImage-2: <image>\nCompare.<|im_end|>\n<|im_start|>assistant\n", prompt.Text);
        Assert.Equal(2, prompt.ImagesPlaced);
        Assert.Equal(5, prompt.Ids.Count(id => id == _tokenizer.RequireId("<IMG_CONTEXT>")));
        Assert.Equal(prompt.ExpandedText, _tokenizer.Decode(prompt.Ids));
        Assert.Equal([450], prompt.StopIds);
        Assert.Equal(["<|im_end|>"], prompt.StopTexts);
    }

    [Fact]
    public void OpenGVLab_ImplicitPlaceholder_OnlyWithoutHistory()
    {
        InternVL25ChatTemplate template = new(_tokenizer);
        ChatMessage[] withHistory = [ChatMessage.User("Hi"), ChatMessage.Assistant("Hello"), ChatMessage.User("Q")];

        Assert.Contains("user\n<image>\nQ<|im_end|>", template.Build([ChatMessage.User("Q")], [4]).Text, StringComparison.Ordinal);
        ChatPrompt prompt = template.Build(withHistory, [4]);
        Assert.DoesNotContain("<image>", prompt.Text, StringComparison.Ordinal);
        Assert.Equal(0, prompt.ImagesPlaced);
    }

    [Fact]
    public void OpenGVLab_SystemTextOfTheCheckpoint_IsTheDefaultOnly()
    {
        InternVL25ChatTemplate template = new(_tokenizer, "Drive.");

        Assert.StartsWith("<|im_start|>system\nDrive.<|im_end|>\n", template.Build([ChatMessage.User("Q")], []).Text, StringComparison.Ordinal);
        Assert.StartsWith(
            "<|im_start|>system\nOther.<|im_end|>\n",
            template.Build([ChatMessage.System("Other."), ChatMessage.User("Q")], []).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void OpenGVLab_ImpossibleConversation_ReportsAllFaults()
    {
        ChatMessage[] messages = [ChatMessage.Assistant("A"), ChatMessage.System("S"), new ChatMessage(ChatRole.Assistant, [ChatPart.Image])];

        InputException exception = Assert.Throws<InputException>(() => new InternVL25ChatTemplate(_tokenizer).Build(messages, [1]));

        Assert.Equal(3, exception.Problems.Count);
    }

    [Fact]
    public void AllTemplates_NoMessage_IsRefused()
    {
        IChatTemplate[] templates = [new InternVL25ChatTemplate(_tokenizer), new InternVLHfChatTemplate(_tokenizer), new Qwen25VLChatTemplate(_tokenizer)];

        Assert.All(templates, template => Assert.Throws<InputException>(() => template.Build([], [])));
    }

    [Fact]
    public void AllTemplates_PictureWithoutTokens_IsRefused()
    {
        IChatTemplate[] templates = [new InternVL25ChatTemplate(_tokenizer), new InternVLHfChatTemplate(_tokenizer), new Qwen25VLChatTemplate(_tokenizer)];
        ChatMessage message = ChatMessage.User(ChatPart.Image, ChatPart.Of("Q"));

        Assert.All(templates, template => Assert.Throws<ArgumentOutOfRangeException>(() => template.Build([message], [0])));
    }

    [Fact]
    public void Hf_Pictures_AreLinesOfTheirOwn()
    {
        ChatPrompt prompt = new InternVLHfChatTemplate(_tokenizer).Build([ChatMessage.User(ChatPart.Image, ChatPart.Of("Q"))], [2]);

        Assert.Equal("<|im_start|>user\n<img><IMG_CONTEXT><IMG_CONTEXT></img>\nQ<|im_end|>\n<|im_start|>assistant\n", prompt.ExpandedText);
        Assert.Equal([450], prompt.StopIds);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void HfAndQwen_OtherNumberOfPictures_IsRefused(int pictures)
    {
        int[] counts = [.. Enumerable.Repeat(4, pictures)];
        ChatMessage message = ChatMessage.User(ChatPart.Image, ChatPart.Of("Q"));

        InputException exception = Assert.Throws<InputException>(() => new InternVLHfChatTemplate(_tokenizer).Build([message], counts));
        Assert.Throws<InputException>(() => new Qwen25VLChatTemplate(_tokenizer).Build([message], counts));

        Assert.Contains($"1 places for pictures (\"<IMG_CONTEXT>\") but {pictures} pictures", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Qwen_NumberedPictures_CountThroughTheConversation()
    {
        ChatMessage[] messages =
        [
            ChatMessage.User(ChatPart.Image, ChatPart.Of("A")), ChatMessage.Assistant("B"), ChatMessage.User(ChatPart.Image, ChatPart.Of("C")),
        ];

        ChatPrompt prompt = new Qwen25VLChatTemplate(_tokenizer, numbersPictures: true).Build(messages, [1, 2]);

        Assert.StartsWith("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n", prompt.Text, StringComparison.Ordinal);
        Assert.Contains("Picture 2: <|vision_start|><|image_pad|><|image_pad|><|vision_end|>C", prompt.ExpandedText, StringComparison.Ordinal);
        Assert.Equal([450, 448], prompt.StopIds);
    }
}
