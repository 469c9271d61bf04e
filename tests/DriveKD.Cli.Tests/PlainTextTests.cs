namespace DriveKD.Cli.Tests;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("Two cars.\n\tYes [red] 日本 🚗", "Two cars.\n\tYes [red] 日本 🚗")]
    [InlineData("\u001b[31mred", "␛[31mred")]
    [InlineData("a\rb\0c\u007fd\u009be", "a␍b␀c␡d\uFFFDe")]
    [InlineData("", "")]
    public void ForTerminal_ControlCharacters_BecomeVisible(string text, string expected) => Assert.Equal(expected, PlainText.ForTerminal(text));
}
