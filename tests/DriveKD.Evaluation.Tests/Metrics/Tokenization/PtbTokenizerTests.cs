using CsCheck;
using DriveKD.Evaluation.Metrics.Tokenization;

namespace DriveKD.Evaluation.Tests.Metrics.Tokenization;

public sealed class PtbTokenizerTests
{
    // Whatever a rule looks at: letters, digits, marks, quotes, brackets, blanks, line ends, halves of pairs.
    private static readonly Gen<string> _texts = Gen.OneOf(
        "a", "n't", "A.", "U.S.", "etc.", "5", ",", ".", ":", "-", "_", "/", "'", "\u2019", "\"", "`", "<", ">", "!--", "=", "&amp;", "@", "#", "http://", " ", "\n", "\r",
        "\u2028", "\u0085", "\u00A0", "\u00AD", "\u0301", "\u03A3", "\u0130", "\uD83D", "\uDE00", "\0", "(555) 123-4567", "1 1/2", "jpg", "The", "$", "\u4EAC")
        .Array[0, 30].Select(parts => string.Concat(parts));

    [Theory]
    [InlineData("Don't stop; it's the car's lane.", "do|n't|stop|;|it|'s|the|car|'s|lane|.")]
    [InlineData("<c1,CAM_FRONT,0.5,0.25> (left)", "<|c1|,|cam_front|,0.5,0.25|>|-lrb-|left|-rrb-")]
    [InlineData("A. Going. A. The bus.", "a.|going|.|a|.|the|bus|.")]
    [InlineData("in the U.S. The end", "in|the|u.s.|.|the|end")]
    [InlineData("No. 5, no. The Inc. car, etc. Car", "no.|5|,|no|.|the|inc.|car|,|etc.|.|car")]
    [InlineData("5 1/2 m at 3.5m, 10km/h", "5\u00A01/2|m|at|3.5|m|,|10km/h")]
    [InlineData("\u03A3\u0391\u03A3 \u0130", "\u03C3\u03B1\u03C2|i\u0307")]
    [InlineData("a\u00ADb c\uD83D\uDE00d \"x\" \".5\"", "ab|c|d|``|x|''|''|.5|''")]
    [InlineData("see me@x.org, http://a.b/c. **bold**", "see|me@x.org|,|http://a.b/c|.|**|bold|**")]
    public void RawLines_OneSentence_AsTheLexerCutsIt(string text, string tokens) =>
        Assert.Equal(tokens, string.Join('|', PtbTokenizer.RawLines(text).Single()));

    [Fact]
    public void Tokenize_NextCaption_DecidesWhetherAnInitialKeepsItsPeriod()
    {
        Assert.Equal(["a", "the car"], PtbTokenizer.Tokenize(["A.", "The car."]));
        Assert.Equal(["a.", "going ahead"], PtbTokenizer.Tokenize(["A.", "Going ahead."]));
    }

    [Theory]
    [InlineData("\r")]
    [InlineData("\r\n")]
    [InlineData("\u000B")]
    [InlineData("\u000C")]
    [InlineData("\u2028")]
    [InlineData("\u2029")]
    public void Tokenize_SeparatorInsideACaption_IsASpaceOrShiftsAsPublished(string separator)
    {
        string[] captions = [$"a{separator}b", "c"];

        Assert.Equal(["a b", "c"], PtbTokenizer.Tokenize(captions));
        Assert.Equal(["a", "b"], PtbTokenizer.Tokenize(captions, LineSeparators.AsPublished));
    }

    [Fact]
    public void Tokenize_Punctuation_IsLeftOutButBracketEscapesStay() =>
        Assert.Equal("-lrb- a -rrb- -lsb- b -rsb- ** !!", PtbTokenizer.Tokenize(["(a), [b]; ** !! ... -- ? . \"'`"])[0]);

    [Fact]
    public void Tokenize_AnyTexts_OneCaptionEachOfWholeTokens() => _texts.Array[0, 6].Sample(texts =>
    {
        foreach (LineSeparators lines in Enum.GetValues<LineSeparators>())
        {
            string[] captions = PtbTokenizer.Tokenize(texts, lines);
            Assert.Equal(texts.Length, captions.Length);
            Assert.All(captions, caption => Assert.DoesNotContain("", caption.Length == 0 ? [] : caption.Split(' ')));
        }
    });

    [Fact]
    public void Tokenize_AnyText_LosesNoLetterOrDigit() => _texts.Sample(text =>
    {
        string Kept(string of) => string.Concat(of.ToLowerInvariant().Where(char.IsAsciiLetterOrDigit));
        string plain = text.Replace("&amp;", "", StringComparison.Ordinal);
        string tokens = string.Join(' ', PtbTokenizer.RawLines(plain.Replace("(", "", StringComparison.Ordinal).Replace(")", "", StringComparison.Ordinal)).SelectMany(line => line));

        // Quotes and a dotted capital I are written otherwise; neither is in what is compared.
        Assert.Equal(Kept(plain), Kept(tokens.Replace("i\u0307", "", StringComparison.Ordinal)));
    });

    [Fact]
    public void RawLines_SoftHyphens_VanishWithoutSeparating() =>
        Assert.Equal(["ab"], PtbTokenizer.RawLines("a\u00ADb").Single());
}
