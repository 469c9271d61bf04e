using System.Diagnostics.CodeAnalysis;

namespace DriveKD.Runs.Recipes.Schema;

/// <summary>The form a text key must have.</summary>
/// <param name="pattern">A regular expression that the whole text matches.</param>
/// <param name="expected">The form in words, for messages and documentation.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class TextFormAttribute([StringSyntax(StringSyntaxAttribute.Regex)] string pattern, string expected) : Attribute
{
    /// <summary>A regular expression that the whole text matches.</summary>
    public string Pattern { get; } = pattern;

    /// <summary>The form in words.</summary>
    public string Expected { get; } = expected;
}
