using CsCheck;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.InternVL;
using DriveKD.Tests;

namespace DriveKD.Models.Tests.Checkpoints.Creation;

public sealed class TokenizerTrainerTests
{
    private static readonly string[] _text =
    [
        "<|im_start|>user", "What is the colour of the car ahead?", "The car ahead is red; it's braking.", "Must the bus yield to <c1,CAM_FRONT,12,60>?",
        "brake because the cyclist ahead merges left", "Größe: 3 Meter, weiß\u00e9 und e\u0301gal", "  two  spaces\tand a tab", "ababab abab abcabc cabcab bcabca",
    ];

    [Fact]
    public void Train_WithoutLimit_EveryWordIsOneToken()
    {
        TrainedTokenizer trained = TokenizerTrainer.Train(_text);

        Assert.All(trained.Words, word => Assert.Single(word.Tokens));
        Assert.Equal(trained.Vocabulary.Count, trained.Vocabulary.Distinct().Count());
        Assert.Equal("Ġthe", Assert.Single(trained.Words.Single(word => word.Word == " the").Tokens));
        Assert.DoesNotContain(trained.Words, word => word.Word.Contains("im_start", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(300)]
    [InlineData(350)]
    public void Train_WrittenFiles_GiveTheExpectedTokensByBothLayouts(int? limit)
    {
        TrainedTokenizer trained = TokenizerTrainer.Train(_text, new TokenizerTrainingOptions { VocabularyLimit = limit });

        BpeTokenizer tokenizer = Write(trained, out BpeTokenizer older);

        Assert.Equal(trained.Vocabulary.Count + 31, tokenizer.VocabularySize);
        Assert.True(limit is null || tokenizer.VocabularySize <= limit);
        Assert.True(trained.Words.Count > 40);
        foreach ((string word, IReadOnlyList<string> tokens) in trained.Words)
        {
            int[] expected = [.. tokens.Select(token => tokenizer.RequireId(token))];
            Assert.Equal(expected, tokenizer.Encode(word));
            Assert.Equal(expected, older.Encode(word));
        }
    }

    [Fact]
    public void Train_AnyTextAfterwards_ComesBack()
    {
        BpeTokenizer tokenizer = Write(TokenizerTrainer.Train(_text), out _);

        Gen.String.Where(text => IsWellFormed(text)).Sample(text =>
            Assert.Equal(text.Normalize(), tokenizer.Decode(tokenizer.Encode(text, matchSpecialTokens: false))));
        Assert.Equal("<img> 北京 🚗 ", tokenizer.Decode(tokenizer.Encode("<img> 北京 🚗 ")));
    }

    [Fact]
    public void Train_RandomWords_EncodeAsTrained() => Gen.String[Gen.Char['a', 'd'], 1, 9].Array[1, 40].Sample(
        words =>
        {
            TrainedTokenizer trained = TokenizerTrainer.Train([string.Join(' ', words)], new TokenizerTrainingOptions { VocabularyLimit = 300 });
            BpeTokenizer tokenizer = Write(trained, out _);
            Assert.All(trained.Words, word => Assert.Equal(word.Tokens.Select(token => tokenizer.RequireId(token)), tokenizer.Encode(word.Word)));
        },
        iter: 30);

    [Fact]
    public void Train_MostFrequentPair_MergesFirst()
    {
        TrainedTokenizer trained = TokenizerTrainer.Train(["xy xy xy xy", "zab zab ab"]);

        Assert.Equal(("x", "y"), trained.Merges[0]);
        Assert.Equal(("a", "b"), trained.Merges[1]);
    }

    [Fact]
    public void Train_Again_GivesTheSame()
    {
        TrainedTokenizer first = TokenizerTrainer.Train(_text);
        TrainedTokenizer second = TokenizerTrainer.Train(_text);

        Assert.Equal(first.Vocabulary, second.Vocabulary);
        Assert.Equal(first.Merges, second.Merges);
    }

    [Theory]
    [InlineData("vocabulary limit: is 286; the 256 bytes and the added tokens alone are 287", 286, "a")]
    [InlineData("holds no word", null, "")]
    public void Train_BadInput_IsExplained(string expected, int? limit, string text)
    {
        InputException exception = Assert.Throws<InputException>(() => TokenizerTrainer.Train([text], new TokenizerTrainingOptions { VocabularyLimit = limit }));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Train_HalfASurrogatePair_IsExplained()
    {
        // A text of an attribute cannot hold it.
        InputException exception = Assert.Throws<InputException>(() => TokenizerTrainer.Train(["whole 🚗", "a" + (char)0xD83D]));

        Assert.Contains("line 2: holds half a surrogate pair at position 1", exception.Message, StringComparison.Ordinal);
    }

    private static bool IsWellFormed(string text)
    {
        try
        {
            return new System.Text.UTF8Encoding(false, throwOnInvalidBytes: true).GetByteCount(text) >= 0;
        }
        catch (System.Text.EncoderFallbackException)
        {
            return false;
        }
    }

    private static BpeTokenizer Write(TrainedTokenizer trained, out BpeTokenizer older)
    {
        using TemporaryFolder folder = new();
        TokenizerFiles.Trained(trained, InternVLFamily.Instance.Creation).Write(folder.Path, InternVLFamily.OpenGVLabLayout);
        BpeTokenizer tokenizer = BpeTokenizer.Load(folder.Path);
        File.Delete(folder["tokenizer.json"]);
        older = BpeTokenizer.Load(folder.Path);
        return tokenizer;
    }
}
