using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Text;

public class PromptTokensTests
{
    private static readonly string[] _internVL = ["<img>", "</img>", "<IMG_CONTEXT>"];

    [Fact]
    public void Resolve_TinyTokenizer_LooksIdsUp()
    {
        PromptTokens tokens = PromptTokens.Resolve(TinyTokenizer.Load());

        Assert.Equal(PictureMarkup.InternVL, tokens.Markup);
        Assert.Equal(
            (470, 471, 472, 449, 450, 448),
            (tokens.ImageStartId, tokens.ImageEndId, tokens.ImageSlotId, tokens.TurnStartId, tokens.TurnEndId, tokens.EndOfTextId));
    }

    [Fact]
    public void Resolve_WithoutInternVLsTokens_LooksQwensUp()
    {
        using TemporaryFolder folder = new();

        PromptTokens tokens = PromptTokens.Resolve(Without(folder, _internVL));

        Assert.Equal(PictureMarkup.Qwen25VL, tokens.Markup);
        Assert.Equal(
            (457, 458, 460, 449, 450, 448),
            (tokens.ImageStartId, tokens.ImageEndId, tokens.ImageSlotId, tokens.TurnStartId, tokens.TurnEndId, tokens.EndOfTextId));
    }

    [Fact]
    public void Resolve_TokenizerOfAQwenCheckpoint_LooksItsTokensUp()
    {
        BpeTokenizer tokenizer = BpeTokenizer.Load(TestPaths.RequireShared("golden", "qwen25vl", "tiny-a-float32-hubnames"));

        PromptTokens tokens = PromptTokens.Resolve(tokenizer);

        Assert.Equal(PictureMarkup.Qwen25VL, tokens.Markup);
        Assert.Equal(
            [tokens.ImageStartId, tokens.ImageSlotId, tokens.ImageSlotId, tokens.ImageEndId], tokenizer.Encode(PictureMarkup.Qwen25VL.Write(2)));
    }

    [Fact]
    public void Resolve_TokensMissing_NamesEach()
    {
        using TemporaryFolder folder = new();

        // Qwen's tokens are all there, and yet the tokenizer is none of Qwen's.
        InputException exception = Assert.Throws<InputException>(() => PromptTokens.Resolve(Without(folder, "<img>", "<IMG_CONTEXT>")));

        Assert.Equal(2, exception.Problems.Count);
        Assert.Contains("<IMG_CONTEXT>", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Is it an InternVL checkpoint?", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Resolve_OneOfQwensTokensMissing_NamesIt()
    {
        using TemporaryFolder folder = new();

        InputException exception = Assert.Throws<InputException>(() => PromptTokens.Resolve(Without(folder, [.. _internVL, "<|image_pad|>"])));

        Assert.Contains("\"<|image_pad|>\"", Assert.Single(exception.Problems).ToString(), StringComparison.Ordinal);
        Assert.Contains("Is it a Qwen2.5-VL checkpoint?", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Require_MarkupOfAnotherFamily_NamesEveryTokenOfIt()
    {
        using TemporaryFolder folder = new();
        BpeTokenizer qwens = Without(folder, _internVL);

        InputException exception = Assert.Throws<InputException>(() => PromptTokens.Require(qwens, PictureMarkup.InternVL));

        Assert.Equal(3, exception.Problems.Count);
        Assert.All(_internVL, token => Assert.Contains(token, exception.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Resolve_TurnTokensMissing_NamesThem()
    {
        using TemporaryFolder folder = new();

        InputException exception = Assert.Throws<InputException>(() => PromptTokens.Resolve(Without(folder, ChatTokens.TurnEnd, ChatTokens.EndOfText)));

        Assert.Equal(2, exception.Problems.Count);
    }

    private static BpeTokenizer Without(TemporaryFolder folder, params string[] tokens)
    {
        TinyTokenizer.WriteChanged(folder, json =>
        {
            JsonArray added = json["added_tokens"]!.AsArray();
            foreach (JsonNode token in added.Where(token => tokens.Contains((string)token!["content"]!)).ToArray()!)
            {
                added.Remove(token);
            }
        });
        return BpeTokenizer.Load(folder.Path);
    }
}
