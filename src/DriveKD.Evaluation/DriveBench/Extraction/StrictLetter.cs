using System.Text.RegularExpressions;

namespace DriveKD.Evaluation.DriveBench.Extraction;

/// <summary>
/// The option letter as a person reads it: the letter that the answer states, or none. It is a judgement, shown beside the official
/// reading and never instead of it; docs/EVALUATION.md has the rules in words.
/// </summary>
public static partial class StrictLetter
{
    /// <summary>Reads a prediction or a reference.</summary>
    /// <param name="answer">Any text.</param>
    /// <returns>A letter from A to D, or an empty text where the answer states none, or several that compete.</returns>
    public static string Extract(string answer)
    {
        string text = PythonText.Strip(Decoration().Replace(SimpleTag().Replace(PythonText.Strip(answer), ""), ""));
        Match start = OnlyLetter().Match(text);
        start = start.Success ? start : AtStart().Match(text);
        if (start.Success)
        {
            return Letter(start);
        }

        string[] stated = [.. Statement().Matches(text).Where(match => IsStated(text, match.Groups["letter"])).Select(Letter).Distinct()];
        return stated.Length switch
        {
            0 => OnlyCapital(text),
            1 => stated[0],
            _ => "",
        };
    }

    /// <summary>Exactly one letter stands alone in capitals, and punctuation or the end follows it somewhere.</summary>
    private static string OnlyCapital(string text)
    {
        Match[] capitals = [.. Capital().Matches(text).Cast<Match>()];
        string[] letters = [.. capitals.Select(Letter).Distinct()];
        return letters.Length == 1 && Array.Exists(capitals, match => IsClosed(text, match.Index + 1)) ? letters[0] : "";
    }

    /// <summary>A small letter may be a word, a capital A an article.</summary>
    private static bool IsStated(string text, Group letter)
    {
        int behind = letter.Index + 1;
        if (char.IsAsciiLetterLower(text[letter.Index]))
        {
            return behind == text.Length || text[behind] is '.' or ',' or ';' or ':' or '!' or '?' or ')' or ']' or '}' or '>';
        }

        return text[letter.Index] != 'A' || !Article().IsMatch(text, behind);
    }

    private static bool IsClosed(string text, int behind) =>
        behind == text.Length || text[behind] is '.' or ')' or ':' or ']' or '}' or ',' or ';' or '\u2026' or '\u3002';

    private static string Letter(Match match) => match.Groups["letter"].Value.ToUpperInvariant();

    /// <summary>Tags such as those for bold; object tags are none.</summary>
    [GeneratedRegex(@"</?[A-Za-z]{1,20}\d?\s?/?>", RegexOptions.CultureInvariant)]
    private static partial Regex SimpleTag();

    [GeneratedRegex("[*_`#\"\u201C\u201D\u201E\u201F\u2018\u2019\u201A\u00AB\u00BB\u2039\u203A]", RegexOptions.CultureInvariant)]
    private static partial Regex Decoration();

    [GeneratedRegex(@"\A[(\[{'<\s]{0,20}(?<letter>[A-Da-d])[.,:;!?)\]}>'\s\u2026\u3002]{0,20}\z", RegexOptions.CultureInvariant)]
    private static partial Regex OnlyLetter();

    /// <summary>
    /// A capital with punctuation behind it (but no acronym), a small letter with a closing sign and white space behind it, a capital
    /// alone on the first line, or "B is correct".
    /// </summary>
    [GeneratedRegex(
        @"\A[(\[{'<]{0,3}\s?(?:(?<letter>[A-D])\s?[.):\],}>;\-](?![A-Z]\.)"
        + @"|(?<letter>[a-d])[.):\]}>]\s"
        + @"|(?<letter>[A-D])[ \t]*[\r\n]"
        + @"|(?<letter>[A-D])\s(?:is|seems)\s(?:the\s)?(?:correct|right|best)\b)",
        RegexOptions.CultureInvariant)]
    private static partial Regex AtStart();

    [GeneratedRegex(
        @"(?<![A-Za-z])(?:(?:(?:final|correct|right|best)\s)?answer|(?:final\s)?choice|(?:correct\s)?option|final|I\s(?:would\s|will\s)?(?:choose|select|pick))"
        + @"(?:\s(?:is|would\sbe|should\sbe))?[\s:=\-(\[{'<]+(?:(?:the\s)?option[\s:=\-(\[{'<]+)?(?<letter>[A-D])(?![A-Za-z0-9_'])",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Statement();

    /// <summary>
    /// A capital that neither touches letters, digits and apostrophes nor belongs to an acronym or a word with a hyphen; nor an A that
    /// is an article.
    /// </summary>
    [GeneratedRegex(
        @"(?<![A-Za-z0-9.']|[A-Za-z]-)(?:(?<letter>[B-D])|(?<letter>A)(?!\s(?!or\b|and\b|nor\b)[a-z]))(?![A-Za-z0-9'\u0300-\u036F]|\.[A-Za-z]|-[A-Za-z])",
        RegexOptions.CultureInvariant)]
    private static partial Regex Capital();

    [GeneratedRegex(@"\G\s(?!(?:because|since|based|as)\b)[a-z]", RegexOptions.CultureInvariant)]
    private static partial Regex Article();
}
