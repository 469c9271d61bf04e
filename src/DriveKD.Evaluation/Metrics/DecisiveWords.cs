using System.Text.RegularExpressions;

namespace DriveKD.Evaluation.Metrics;

/// <summary>
/// The part of an answer that decides: what stands before the reason (<c>, because</c> or <c> because </c>). Case, the amount of white space
/// and a full stop at the end do not count.
/// </summary>
public static partial class DecisiveWords
{
    /// <summary>The decisive words of an answer; the whole answer where it gives no reason, empty where it is empty.</summary>
    /// <param name="answer">An answer.</param>
    public static string Of(string answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        Match reason = Reason().Match(answer);
        string decisive = reason.Success ? answer[..reason.Index] : answer;
        return Blanks().Replace(decisive, " ").Trim().TrimEnd('.').TrimEnd().ToLowerInvariant();
    }

    /// <summary>Whether two answers decide alike.</summary>
    /// <param name="prediction">A model's answer.</param>
    /// <param name="reference">The reference.</param>
    public static bool Agree(string prediction, string reference) => string.Equals(Of(prediction), Of(reference), StringComparison.Ordinal);

    [GeneratedRegex(@"(,\s*|\s+)because\b", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Reason();

    [GeneratedRegex(@"\s+", RegexOptions.CultureInvariant)]
    private static partial Regex Blanks();
}
