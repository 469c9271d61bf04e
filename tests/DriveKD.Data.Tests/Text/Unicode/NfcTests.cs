using System.Text.Json;
using CsCheck;
using DriveKD.Data.Text.Unicode;
using DriveKD.Tests;

namespace DriveKD.Data.Tests.Text.Unicode;

public class NfcTests
{
    [Fact]
    public void Normalize_RecordedTable_EqualsReference()
    {
        string[][] table = JsonSerializer.Deserialize<string[][]>(File.ReadAllText(TestPaths.Asset("tokenizers", "nfc-9.0.0.json")))!;

        Assert.Equal(240, table.Length);
        Assert.All(table, row => Assert.Equal(row[1], Nfc.Normalize(row[0])));
    }

    [Theory]
    [InlineData("e\u0301", "\u00E9")]
    [InlineData("\u1100\u1161\u11A8", "\uAC01")]
    [InlineData("\uAC00\u11A8", "\uAC01")]
    [InlineData("\uAC01\u11A8", "\uAC01\u11A8")]
    [InlineData("a\u0323\u0307", "\u1EA1\u0307")]
    [InlineData("a\u0307\u0323", "\u1EA1\u0307")]
    [InlineData("\u212B", "\u00C5")]
    [InlineData("\u0958", "\u0915\u093C")]
    [InlineData("\U0001D15E", "\U0001D157\U0001D165")]
    [InlineData("", "")]
    public void Normalize_KnownCase_IsComposed(string text, string expected) => Assert.Equal(expected, Nfc.Normalize(text));

    // Unicode 13 composes this pair; the reference tokenizers are at Unicode 9.
    [Fact]
    public void Normalize_PairOfUnicode13_IsLeftAlone() => Assert.Equal("\U00011935\U00011930", Nfc.Normalize("\U00011935\U00011930"));

    [Fact]
    public void Normalize_ComposedText_ReturnsTheSameString()
    {
        const string Text = "你好, caf\u00E9 \uD83D\uDE00";

        Assert.Same(Text, Nfc.Normalize(Text));
    }

    [Fact]
    public void Normalize_AnyText_IsIdempotent() => UnicodeText.Any.Sample(text =>
    {
        string once = Nfc.Normalize(text);
        Assert.Equal(once, Nfc.Normalize(once));
    });

    [Fact]
    public void Normalize_LongRunOfMarks_OrdersThem()
    {
        string marks = string.Concat(Enumerable.Repeat("\u0301\u0323", 20_000));

        string normalized = Nfc.Normalize("x" + marks);

        Assert.Equal("x" + new string('\u0323', 20_000) + new string('\u0301', 20_000), normalized);
    }
}
