using CsCheck;
using DriveKD.Data.Text;

namespace DriveKD.Data.Tests.Text;

public class IncrementalDecoderTests
{
    private static readonly Gen<int[]> _ids = Gen.OneOf(Gen.Int[0, 255], Gen.Int[0, 255], Gen.Int[256, 447], Gen.Int[448, 500]).Array[0, 20];

    [Fact]
    public void Append_AnyIds_AllTextsTogetherEqualDecode()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();

        Gen.Select(_ids, Gen.Bool).Sample((ids, skips) =>
        {
            IncrementalDecoder decoder = tokenizer.CreateDecoder(skips);
            string streamed = string.Concat(ids.Select(decoder.Append)) + decoder.Flush();
            Assert.Equal(tokenizer.Decode(ids, skips), streamed);
        });
    }

    [Fact]
    public void Append_AnyIds_HandsOutWholeCharactersOnly()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();

        _ids.Sample(ids =>
        {
            IncrementalDecoder decoder = tokenizer.CreateDecoder();
            foreach (string text in ids.Select(decoder.Append).OfType<string>())
            {
                Assert.NotEqual("", text);
                Assert.NotEqual('\uFFFD', text[^1]);
                Assert.False(char.IsLowSurrogate(text[0]));
                Assert.False(char.IsHighSurrogate(text[^1]));
            }
        });
    }

    [Fact]
    public void Append_AnyText_NothingIsHeldBackAtTheEnd()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();

        UnicodeText.WithoutAddedTokens.Sample(text =>
        {
            IncrementalDecoder decoder = tokenizer.CreateDecoder();
            string streamed = string.Concat(tokenizer.Encode(text).Select(decoder.Append));
            Assert.Equal(tokenizer.Decode(tokenizer.Encode(text)), streamed + decoder.Flush());
            Assert.True(text.EndsWith('\uFFFD') || streamed == tokenizer.Decode(tokenizer.Encode(text)));
        });
    }

    [Fact]
    public void Flush_UnfinishedCharacter_GivesOneReplacement()
    {
        IncrementalDecoder decoder = TinyTokenizer.Load().CreateDecoder();

        // Two of the three bytes of a Chinese character.
        Assert.Null(decoder.Append(164));
        Assert.Null(decoder.Append(121));
        Assert.Equal("\uFFFD", decoder.Flush());
        Assert.Null(decoder.Flush());
        Assert.Equal("a", decoder.Append(64));
    }

    [Fact]
    public void Append_SkippedSpecialToken_DoesNotBreakACharacter()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();
        int[] ids = [172, 253, 246, tokenizer.RequireId("<|im_end|>"), 222];

        IncrementalDecoder skipping = tokenizer.CreateDecoder(skipSpecialTokens: true);
        Assert.Equal([null, null, null, null, "\uD83D\uDE00"], ids.Select(skipping.Append));
        IncrementalDecoder keeping = tokenizer.CreateDecoder();
        Assert.Equal([null, null, null, "\uFFFD<|im_end|>", null], ids.Select(keeping.Append));
    }

    [Fact]
    public void Append_NegativeId_IsRefused() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => TinyTokenizer.Load().CreateDecoder().Append(-1));
}
