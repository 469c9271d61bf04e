using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Text;

public class InternVLTokensTests
{
    [Fact]
    public void Resolve_TinyTokenizer_LooksIdsUp()
    {
        PromptTokens tokens = PromptTokens.Resolve(TinyTokenizer.Load());

        Assert.Equal(
            (470, 471, 472, 449, 450, 448),
            (tokens.ImageStartId, tokens.ImageEndId, tokens.ImageSlotId, tokens.TurnStartId, tokens.TurnEndId, tokens.EndOfTextId));
    }

    [Fact]
    public void Resolve_TokensMissing_NamesEach()
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.WriteChanged(folder, json =>
        {
            JsonArray added = json["added_tokens"]!.AsArray();
            foreach (JsonNode token in added.Where(token => (string)token!["content"]! is "<img>" or "<IMG_CONTEXT>").ToArray()!)
            {
                added.Remove(token);
            }
        });

        InputException exception = Assert.Throws<InputException>(() => PromptTokens.Resolve(BpeTokenizer.Load(folder.Path)));

        Assert.Equal(2, exception.Problems.Count);
        Assert.Contains("<IMG_CONTEXT>", exception.Message, StringComparison.Ordinal);
    }
}
