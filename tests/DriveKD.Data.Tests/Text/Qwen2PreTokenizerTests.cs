using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using DriveKD.Data.Text;

namespace DriveKD.Data.Tests.Text;

public class Qwen2PreTokenizerTests
{
    [Theory]
    [InlineData("I'm you'RE he'\u017F o'clock", "I|'m| you|'RE| he|'\u017F| o|'clock")]
    [InlineData("a  b", "a| | b")]
    [InlineData("a \n b", "a| \n| b")]
    [InlineData("  \n\n  x", "  \n\n| | x")]
    [InlineData("x   ", "x|   ")]
    [InlineData("12 34", "1|2| |3|4")]
    [InlineData("\tfoo \tbar", "\tfoo| |\tbar")]
    [InlineData("!!\r\n?", "!!\r\n|?")]
    [InlineData("\u00A0!", "\u00A0|!")]
    [InlineData(" \u0660", " |\u0660")]
    public void PreTokenize_KnownText_CutsAsTheExpression(string text, string pieces) => Assert.Equal(pieces.Split('|'), Pieces(text));

    [Fact]
    public void PreTokenize_SupplementaryPlane_CutsByCodePoints()
    {
        // Letters, digits and a symbol beyond the Basic Multilingual Plane.
        Assert.Equal(
            ["\U0001D400\U0001D401", " \U00020000", "\U0001D7CE", "\U0001D7CF", " \U0001F600!"],
            Pieces("\U0001D400\U0001D401 \U00020000\U0001D7CE\U0001D7CF \U0001F600!"));
    }

    // .NET's own engine is right within the plane, but for the long s.
    [Fact]
    public void PreTokenize_BasicPlane_EqualsRegularExpression()
    {
        Regex expression = new(Qwen2PreTokenizer.Pattern, RegexOptions.CultureInvariant);

        UnicodeText.Any.Sample(
            text =>
            {
                string basic = string.Concat(text.Where(unit => !char.IsSurrogate(unit) && unit != '\u017F'));
                Assert.Equal(expression.Matches(basic).Select(match => match.Value), Pieces(basic));
            },
            iter: 3_000);
    }

    [Fact]
    public void PreTokenize_AnyText_PiecesJoinToTheText() => UnicodeText.Any.Sample(text =>
    {
        string[] pieces = Pieces(text);
        Assert.Equal(text, string.Concat(pieces));
        Assert.DoesNotContain(pieces, piece => piece.Length == 0 || char.IsLowSurrogate(piece[0]) || char.IsHighSurrogate(piece[^1]));
    });

    // The reference engine's tables are those of Unicode 16; a runtime with other tables would give other ids for new letters.
    [Fact]
    public void RuntimeTables_LettersNumbersAndWhiteSpace_AreThoseOfTheReference()
    {
        UnicodeCategory[] categories = [.. Enumerable.Range(0, 0x110000).Select(CharUnicodeInfo.GetUnicodeCategory)];

        Assert.Equal(141_028, categories.Count(category => category <= UnicodeCategory.OtherLetter));
        Assert.Equal(
            1_911,
            categories.Count(category =>
                category is UnicodeCategory.DecimalDigitNumber or UnicodeCategory.LetterNumber or UnicodeCategory.OtherNumber));
        Assert.Equal(25, Enumerable.Range(0, 0x110000).Count(value => Rune.IsValid(value) && Rune.IsWhiteSpace(new Rune(value))));
    }

    private static string[] Pieces(string text) =>
        [.. new Qwen2PreTokenizer().PreTokenize(text).Select(piece => text.Substring(piece.Offset, piece.Length))];
}
