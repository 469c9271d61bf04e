using System.Text;
using CsCheck;

namespace DriveKD.Data.Tests.Text;

/// <summary>Well-formed texts of all planes, with many of the characters that are easy to get wrong.</summary>
internal static class UnicodeText
{
    private static readonly int[] _delicate = [' ', ' ', '\n', '\r', '\t', '\'', 's', 'T', '1', 0x17F, 0xA0, 0x3000];

    private static readonly Gen<int> _codePoint = Gen.OneOf(
        Gen.Int[0x20, 0x7E],
        Gen.Int[0, 0x2FF],
        Gen.Int[0, _delicate.Length - 1].Select(index => _delicate[index]),
        Gen.Int[0x300, 0x36F],
        Gen.Int[0x1100, 0x11FF],
        Gen.Int[0x4E00, 0x9FFF],
        Gen.Int[0x300, 0xD7FF],
        Gen.Int[0xE000, 0xFFFD],
        Gen.Int[0x10000, 0x1FFFF],
        Gen.Int[0x10000, 0x10FFFF]);

    /// <summary>Any text.</summary>
    public static Gen<string> Any { get; } = _codePoint.Array[0, 24].Select(codePoints => string.Concat(codePoints.Select(value => new Rune(value).ToString())));

    /// <summary>Text without the character every added token begins with.</summary>
    public static Gen<string> WithoutAddedTokens { get; } = Any.Select(text => text.Replace('<', '('));
}
