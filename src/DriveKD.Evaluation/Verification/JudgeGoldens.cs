using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Verification;
using DriveKD.Evaluation.Judge;

namespace DriveKD.Evaluation.Verification;

/// <summary>
/// Compares the judge with recorded facts of the published code: <c>judge-scores.json</c> (what its parser reads from replies) and
/// <c>judge-prompts.json</c> (criteria, points and the order of the fields of every sheet).
/// </summary>
internal static class JudgeGoldens
{
    /// <summary>The table of replies.</summary>
    public const string Scores = "judge-scores.json";

    /// <summary>The table of sheets.</summary>
    public const string Prompts = "judge-prompts.json";

    /// <summary>Compares the sheets: two rows for each.</summary>
    /// <param name="file">The table.</param>
    /// <exception cref="InputException">It is broken or empty.</exception>
    public static IEnumerable<GoldenCheck> ComparePrompts(string file) => ReadTable(file, "templates", Template.Read).SelectMany(Compare);

    /// <summary>Compares what is read from the replies: one row.</summary>
    /// <param name="file">The table.</param>
    /// <exception cref="InputException">It is broken or empty.</exception>
    public static IEnumerable<GoldenCheck> CompareScores(string file)
    {
        (string Reply, int? Score)[] cases = ReadTable(file, "cases", item => (
            item.GetProperty("reply").GetString()!,
            item.GetProperty("score") is { ValueKind: JsonValueKind.Number } score ? score.GetInt32() : (int?)null));
        string[] differences = [.. cases.Where(item => OfficialReply.ReadScore(item.Reply.Trim()) != item.Score)
            .Select(item => $"'{item.Reply}' is read as {OfficialReply.ReadScore(item.Reply.Trim())?.ToString() ?? "nothing"}, recorded is {item.Score?.ToString() ?? "nothing"}")];
        return [Row("judge-scores", "score of reply", cases.Length, differences)];
    }

    private static IEnumerable<GoldenCheck> Compare(Template template)
    {
        string name = $"judge-prompts/{template.Name}";
        Rubric? rubric = Rubrics.All.FirstOrDefault(each => each.Name == template.Name);
        if (rubric is null)
        {
            yield return Row(name, "sheet", 0, ["there is no sheet of this name here"]);
            yield break;
        }

        (string, int)[] own = [.. rubric.Criteria.Select(criterion => (criterion.Name, criterion.Points))];
        yield return Row(name, "criteria and points", template.Criteria.Count, Differences(own, [.. template.Criteria]));
        yield return Row(name, "order of fields", template.Fields.Count, Differences([.. rubric.Fields.Select(NameOf)], [.. template.Fields]));
    }

    private static string[] Differences<T>(T[] own, T[] recorded) =>
        [.. Enumerable.Range(0, Math.Max(own.Length, recorded.Length))
            .Where(i => i >= own.Length || i >= recorded.Length || !Equals(own[i], recorded[i]))
            .Select(i => $"item {i}: {(i < own.Length ? own[i]!.ToString() : "nothing")}, recorded is {(i < recorded.Length ? recorded[i]!.ToString() : "nothing")}")];

    private static GoldenCheck Row(string name, string stage, int compared, string[] differences) => new()
    {
        Case = name,
        Stage = stage,
        Compared = compared,
        WorstAbsolute = differences.Length,
        Tolerance = 0,
        Passed = differences.Length == 0,
        Detail = differences.FirstOrDefault(),
    };

    private static string NameOf(JudgeField field) => field switch
    {
        JudgeField.Question => "QUESTION",
        JudgeField.Description => "DESC",
        JudgeField.Reference => "GT",
        _ => "PRED",
    };

    private static T[] ReadTable<T>(string file, string list, Func<JsonElement, T> read)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(file));
            T[] items = [.. document.RootElement.GetProperty(list).EnumerateArray().Select(read)];
            return items.Length > 0 ? items : throw new InputException(file, $"its list '{list}' is empty.");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new InputException(file, $"is no table of this kind: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"cannot be read: {exception.Message}", exception);
        }
    }

    private sealed record Template(string Name, IReadOnlyList<(string Name, int Points)> Criteria, IReadOnlyList<string> Fields)
    {
        public static Template Read(JsonElement item) => new(
            item.GetProperty("template").GetString()!,
            [.. item.GetProperty("criteria").EnumerateArray().Select(criterion => (criterion.GetProperty("name").GetString()!, criterion.GetProperty("points").GetInt32()))],
            [.. item.GetProperty("placeholder_order").EnumerateArray().Select(field => field.GetString()!)]);
    }
}
