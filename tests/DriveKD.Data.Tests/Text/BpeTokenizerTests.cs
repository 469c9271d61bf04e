using System.Text;
using System.Text.Json.Nodes;
using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Unicode;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Text;

public class BpeTokenizerTests
{
    private static readonly string[] _olderFiles = ["vocab.json", "merges.txt", "added_tokens.json", "tokenizer_config.json", "special_tokens_map.json"];

    [Fact]
    public void Load_TinyFolder_KnowsItsVocabulary()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();

        Assert.Equal(479, tokenizer.VocabularySize);
        Assert.Equal(31, tokenizer.AddedTokens.Count);
        Assert.Equal(449, tokenizer.RequireId("<|im_start|>"));
        Assert.Equal(472, tokenizer.FindId("<IMG_CONTEXT>"));
        Assert.Equal(220, tokenizer.FindId("\u0120"));
        Assert.Null(tokenizer.FindId("<image>"));
    }

    [Fact]
    public void RequireId_UnknownToken_NamesFolderAndToken()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();

        InputException exception = Assert.Throws<InputException>(() => tokenizer.RequireId("<nope>"));

        Assert.Contains(TinyTokenizer.Folder, exception.Message, StringComparison.Ordinal);
        Assert.Contains("<nope>", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_SpecialTokensInText_AreMatchedOnlyOnRequest()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();

        Assert.Equal([64, 450, 65], tokenizer.Encode("a<|im_end|>b"));
        int[] plain = tokenizer.Encode("a<|im_end|>b", matchSpecialTokens: false);
        Assert.DoesNotContain(450, plain);
        Assert.Equal("a<|im_end|>b", tokenizer.Decode(plain));

        // <tool_call> is an added token that is not special: it always stays whole.
        Assert.Single(tokenizer.Encode("<tool_call>", matchSpecialTokens: false));
    }

    [Fact]
    public void Encode_StretchesBetweenTokens_AreNormalizedOnTheirOwn()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();

        Assert.Equal(tokenizer.Encode("\u00E9"), tokenizer.Encode("e\u0301"));
        Assert.Equal("e<|im_end|>\u0301", tokenizer.Decode(tokenizer.Encode("e<|im_end|>\u0301")));
    }

    [Fact]
    public void Encode_HalfSurrogatePair_NamesItsPosition()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();

        foreach ((string text, int position) in new[] { ("ab\uD800", 2), ("\uDC00x", 0), ("\uD83D\uDE00\uDE00", 2), ("\uD83Dx", 0) })
        {
            InputException exception = Assert.Throws<InputException>(() => tokenizer.Encode(text));
            Assert.Contains($"position {position}", exception.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Decode_UnknownIds_StandForNothing() => Assert.Equal("ab", TinyTokenizer.Load().Decode([64, 479, 1_000_000, 65]));

    [Fact]
    public void Decode_SkippedSpecialTokens_LeavesOtherAddedTokens()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();
        int[] ids = tokenizer.Encode("<|im_start|>x<tool_call><img>");

        Assert.Equal("x<tool_call>", tokenizer.Decode(ids, skipSpecialTokens: true));
    }

    [Fact]
    public void EncodeDecode_AnyText_GivesItsComposedForm()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();

        UnicodeText.WithoutAddedTokens.Sample(text => Assert.Equal(Nfc.Normalize(text), tokenizer.Decode(tokenizer.Encode(text))));
    }

    [Fact]
    public void Encode_ManyThreads_AgreeWithOne()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => $"What is the status of object c{i % 17} to the front left of the ego car?")];
        int[][] expected = [.. texts.Select(text => TinyTokenizer.Load().Encode(text))];
        int[][] actual = new int[texts.Length][];

        Parallel.For(0, texts.Length, i => actual[i] = tokenizer.Encode(texts[i]));

        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Load_MergesAsPairs_IsTheSameTokenizer()
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.WriteChanged(folder, json =>
        {
            JsonNode?[] pairs = [.. json["model"]!["merges"]!.AsArray().Select(merge => new JsonArray([.. ((string)merge!).Split(' ')]))];
            json["model"]!["merges"] = new JsonArray(pairs);
        });

        Assert.Equal(TinyTokenizer.Load().Fingerprint, BpeTokenizer.Load(folder.Path).Fingerprint);
    }

    [Fact]
    public void Load_OlderLayout_IsTheSameTokenizer()
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.Copy(folder, _olderFiles);

        BpeTokenizer older = BpeTokenizer.Load(folder.Path);

        Assert.Equal(TinyTokenizer.Load().Fingerprint, older.Fingerprint);
        const string Text = "<|im_start|>user\nWhat are objects to the front left of the ego car?<|im_end|>\n";
        Assert.Equal(TinyTokenizer.Load().Encode(Text), older.Encode(Text));
    }

    [Fact]
    public void Load_OlderLayoutWithoutDecoderTable_TakesFlagsFromTheSpecialTokens()
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.Copy(folder, "vocab.json", "merges.txt", "added_tokens.json", "special_tokens_map.json");
        File.WriteAllText(folder["tokenizer_config.json"], """{"tokenizer_class": "Qwen2Tokenizer"}""");

        BpeTokenizer older = BpeTokenizer.Load(folder.Path);

        Assert.Equal(479, older.VocabularySize);
        Assert.Equal(
            TinyTokenizer.Load().AddedTokens.Select(token => (token.Id, token.Content, token.IsSpecial)),
            older.AddedTokens.Select(token => (token.Id, token.Content, token.IsSpecial)));
        Assert.Equal("a<tool_call>b", older.Decode(older.Encode("a<tool_call>b<|im_end|>"), skipSpecialTokens: true));
    }

    [Fact]
    public void Fingerprint_OneMergeLess_Differs()
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.WriteChanged(folder, json => json["model"]!["merges"]!.AsArray().RemoveAt(191));

        Assert.NotEqual(TinyTokenizer.Load().Fingerprint, BpeTokenizer.Load(folder.Path).Fingerprint);
    }

    [Fact]
    public void Fingerprint_OrderOfFileEntries_DoesNotMatter()
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.WriteChanged(folder, json =>
        {
            KeyValuePair<string, JsonNode?>[] entries = [.. json["model"]!["vocab"]!.AsObject().Reverse()];
            JsonObject reversed = [];
            foreach ((string token, JsonNode? id) in entries)
            {
                reversed[token] = id!.DeepClone();
            }

            json["model"]!["vocab"] = reversed;
        });

        Assert.Equal(TinyTokenizer.Load().Fingerprint, BpeTokenizer.Load(folder.Path).Fingerprint);
    }

    [Fact]
    public void WithSpecialTokens_NewTokens_GetTheNextIds()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load().WithSpecialTokens(["<img>", "<one>", "<two>"]);

        Assert.Equal(481, tokenizer.VocabularySize);
        Assert.Equal([470, 479, 480, 64], tokenizer.Encode("<img><one><two>a"));
    }

    [Fact]
    public void Encode_NormalizedAddedToken_IsFoundInNormalizedText()
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.WriteChanged(folder, json => json["added_tokens"]!.AsArray().Add(
            new JsonObject { ["id"] = 479, ["content"] = "e\u0301t", ["special"] = false, ["normalized"] = true }));

        BpeTokenizer tokenizer = BpeTokenizer.Load(folder.Path);

        Assert.Equal([64, 479, 65], tokenizer.Encode("a\u00E9tb"));
        Assert.Equal([64, 479, 65], tokenizer.Encode("ae\u0301tb"));
    }

    [Fact]
    public void Load_TokenOnlyInTheConfig_IsAddedToo()
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.Copy(folder, "tokenizer.json");
        File.WriteAllText(folder["tokenizer_config.json"], """{"added_tokens_decoder": {"479": {"content": "<new>", "special": true}}}""");

        Assert.Equal([64, 479], BpeTokenizer.Load(folder.Path).Encode("a<new>"));
    }

    [Fact]
    public void Load_ConfigContradictsTokenizer_IsRefused()
    {
        using TemporaryFolder folder = new();
        TinyTokenizer.Copy(folder, "tokenizer.json");
        File.WriteAllText(
            folder["tokenizer_config.json"],
            """{"added_tokens_decoder": {"479": {"content": "<img>", "special": true}, "0": {"content": "<new>", "special": true}}}""");

        InputException exception = Assert.Throws<InputException>(() => BpeTokenizer.Load(folder.Path));

        Assert.Equal(2, exception.Problems.Count);
        Assert.Contains("\"<img>\" has id 479 here and id 470", exception.Message, StringComparison.Ordinal);
        Assert.Contains("id 0 is given to the token \"!\"", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Encode_AnyText_EqualsOneMergeAtATime()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();
        Dictionary<string, int> rankOfMerge = File.ReadLines(Path.Combine(TinyTokenizer.Folder, "merges.txt"))
            .Where(line => !line.StartsWith("#version", StringComparison.Ordinal))
            .Select((merge, rank) => (merge, rank))
            .ToDictionary(entry => entry.merge, entry => entry.rank);
        Assert.Equal(192, rankOfMerge.Count);
        Gen<string> text = Gen.OneOf(UnicodeText.WithoutAddedTokens, Gen.Char["aeiothnrs ego"].Array[0, 200].Select(letters => new string(letters)));

        text.Sample(sample =>
        {
            int[] expected = [.. tokenizer.CutIntoPieces(sample).SelectMany(piece => Merge(piece, rankOfMerge)).Select(tokenizer.RequireId)];
            Assert.Equal(expected, tokenizer.Encode(sample));
        });
    }

    [Fact]
    public void Encode_LongestTokenAtAPosition_Wins()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load().WithSpecialTokens(["<a", "<ab", "<abc>"]);

        Assert.Equal([480, 481, 479, 479, 480, 64], tokenizer.Encode("<ab<abc><a<a<aba"));
    }

    [Fact]
    public void Encode_EmptyText_GivesNothing()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();

        Assert.Empty(tokenizer.Encode(""));
        Assert.Equal("", tokenizer.Decode([]));
    }

    [Fact]
    public void Encode_EveryByteToken_IsThatByte()
    {
        BpeTokenizer tokenizer = TinyTokenizer.Load();

        // Every code point below U+0800 alone: all one- and two-byte sequences pass through the alphabet.
        for (int value = 0; value < 0x800; value++)
        {
            string text = new Rune(value).ToString();
            Assert.Equal(Nfc.Normalize(text), tokenizer.Decode(tokenizer.Encode(text)));
        }
    }

    // The definition of byte-pair encoding: join the most urgent pair, the leftmost of equals, until none is left.
    private static List<string> Merge(string piece, Dictionary<string, int> rankOfMerge)
    {
        List<string> parts = [.. Encoding.UTF8.GetBytes(piece).Select(value => ByteLevelAlphabet.ToCharacter(value).ToString())];
        while (true)
        {
            int best = -1;
            int bestRank = int.MaxValue;
            for (int i = 0; i + 1 < parts.Count; i++)
            {
                if (rankOfMerge.TryGetValue($"{parts[i]} {parts[i + 1]}", out int rank) && rank < bestRank)
                {
                    (best, bestRank) = (i, rank);
                }
            }

            if (best < 0)
            {
                return parts;
            }

            parts[best] += parts[best + 1];
            parts.RemoveAt(best + 1);
        }
    }
}
