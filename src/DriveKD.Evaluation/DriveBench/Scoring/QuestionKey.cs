using System.Text.RegularExpressions;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.DriveBench.Records;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>
/// By what questions are told apart and matched with references: scene, key frame, type and wording, and the corruption of the
/// pictures, since one file may hold a question under several.
/// </summary>
internal static partial class QuestionKey
{
    /// <summary>What photographs are called among corruptions.</summary>
    public const string Clean = "clean";

    /// <summary>Records without pictures do not say.</summary>
    public const string NotStated = "not stated";

    /// <summary>The corruption that the pictures' paths name.</summary>
    public static string Corruption(QuestionRecord record)
    {
        string[] names = [.. record.Images.Select(image => CorruptionFolder().Match(image.RecordedPath.Replace('\\', '/')) is { Success: true } match
            ? match.Groups["name"].Value
            : Clean).Distinct()];
        return names.Length switch { 0 => NotStated, 1 => names[0], _ => "mixed" };
    }

    /// <summary>The key of a record; null where nothing tells it from others: without scene, frame, id and pictures.</summary>
    /// <param name="record">The record.</param>
    /// <param name="withCorruption">Whether the corruption counts.</param>
    public static string? Of(QuestionRecord record, bool withCorruption)
    {
        string question = Wording(record.Question);
        string? place = record.Scene is not null || record.Frame is not null
            ? $"{record.Scene}\n{record.Frame}\n{record.QuestionType}\n{(withCorruption ? Corruption(record) : "")}"
            : record.Id is not null ? record.Id
            : record.Images.Count > 0 ? string.Join('\n', record.Images.Select(image => image.RecordedPath).Order(StringComparer.Ordinal))
            : null;
        return place is null ? null : $"{place}\n{question}";
    }

    /// <summary>A question without picture placeholders and outer blanks.</summary>
    public static string Wording(string? question) => (question ?? "").Replace(Sample.ImagePlaceholder, "", StringComparison.Ordinal).Trim();

    [GeneratedRegex("(?:^|/)corruption/(?<name>[^/]+)/", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex CorruptionFolder();
}
