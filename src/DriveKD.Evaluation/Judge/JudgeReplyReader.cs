using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DriveKD.Evaluation.Judge;

/// <summary>
/// Reads a judge's reply strictly: a JSON object with every criterion of the sheet, whole points within its range, and a total that is
/// their sum. Around the object anything may stand: fences, a greeting, thoughts. A reply without such an object may have the
/// published form instead.
/// </summary>
public static partial class JudgeReplyReader
{
    private const int LongestReason = 500;

    /// <summary>Reads a reply.</summary>
    /// <param name="reply">The text.</param>
    /// <param name="rubric">The sheet that was sent.</param>
    public static JudgeReply Read(string reply, Rubric rubric)
    {
        string text = Thoughts().Replace(reply, "");
        if (string.IsNullOrWhiteSpace(text))
        {
            return new JudgeReply { Problem = "it is empty" };
        }

        using JsonDocument? document = FindLast(text);
        if (document is not null)
        {
            return ReadSheet(document.RootElement, rubric);
        }

        return OfficialReply.ReadScore(text.Trim()) switch
        {
            int score when score <= Rubric.Total => new JudgeReply { Score = score, Form = ReplyForm.Official },
            int score => new JudgeReply { Form = ReplyForm.Official, Problem = string.Create(CultureInfo.InvariantCulture, $"its total of {score} is above {Rubric.Total}") },
            null => new JudgeReply { Problem = "it holds no JSON object with \"points\"" },
        };
    }

    /// <summary>The last object with points: drafts come before, and so does a repeated example.</summary>
    private static JsonDocument? FindLast(string text)
    {
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(text);
        JsonDocument? last = null;
        while (bytes.IndexOf((byte)'{') is >= 0 and int at)
        {
            bytes = bytes[at..];
            Utf8JsonReader reader = new(bytes, new JsonReaderOptions { AllowTrailingCommas = true });
            int length = 1;
            try
            {
                if (JsonDocument.TryParseValue(ref reader, out JsonDocument? found))
                {
                    length = (int)reader.BytesConsumed;
                    if (found.RootElement.TryGetProperty("points", out _))
                    {
                        last?.Dispose();
                        last = found;
                    }
                    else
                    {
                        found.Dispose();
                    }
                }
            }
            catch (JsonException)
            {
                // No object begins at this brace; one may begin at the next.
            }

            bytes = bytes[length..];
        }

        return last;
    }

    private static JudgeReply ReadSheet(JsonElement root, Rubric rubric)
    {
        List<string> problems = [];
        Dictionary<string, int> given = ReadPoints(root.GetProperty("points"), rubric, problems);
        if (problems.Count == 0)
        {
            int sum = given.Values.Sum();
            if (!root.TryGetProperty("total", out JsonElement total))
            {
                problems.Add("\"total\" is missing");
            }
            else if (ReadWhole(total) != sum)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"\"total\" is {Shown(total)}, and the points add up to {sum}"));
            }
        }

        if (problems.Count > 0)
        {
            return new JudgeReply { Problem = string.Join("; ", problems) };
        }

        return new JudgeReply
        {
            Score = given.Values.Sum(),
            Points = [.. rubric.Criteria.Select(criterion => KeyValuePair.Create(criterion.Name, given[criterion.Name]))],
            Reason = ReadReason(root),
        };
    }

    private static Dictionary<string, int> ReadPoints(JsonElement points, Rubric rubric, List<string> problems)
    {
        Dictionary<string, int> given = new(StringComparer.Ordinal);
        if (points.ValueKind != JsonValueKind.Object)
        {
            problems.Add("\"points\" is no object of criteria");
            return given;
        }

        foreach (JsonProperty property in points.EnumerateObject())
        {
            RubricCriterion? criterion = rubric.Criteria.FirstOrDefault(each => each.Name.Equals(property.Name.Trim(), StringComparison.OrdinalIgnoreCase));
            if (criterion is null)
            {
                problems.Add($"'{Cut(property.Name)}' is no criterion of the sheet");
            }
            else if (ReadWhole(property.Value) is not int value || value < 0 || value > criterion.Points)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"'{criterion.Name}' has {Shown(property.Value)}; a whole number from 0 to {criterion.Points} is expected"));
            }
            else if (criterion.IsAllOrNothing && value != 0 && value != criterion.Points)
            {
                problems.Add(string.Create(CultureInfo.InvariantCulture, $"'{criterion.Name}' has {value}; 0 or {criterion.Points} is expected"));
            }
            else if (!given.TryAdd(criterion.Name, value))
            {
                problems.Add($"'{criterion.Name}' stands twice");
            }
        }

        if (problems.Count == 0)
        {
            problems.AddRange(rubric.Criteria.Where(criterion => !given.ContainsKey(criterion.Name)).Select(criterion => $"'{criterion.Name}' is missing"));
        }

        return given;
    }

    private static int? ReadWhole(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && number == Math.Floor(number) && Math.Abs(number) < 1e6
            ? (int)number
            : null;

    private static string? ReadReason(JsonElement root) =>
        root.TryGetProperty("reason", out JsonElement reason) && reason.ValueKind == JsonValueKind.String && !string.IsNullOrWhiteSpace(reason.GetString())
            ? Cut(reason.GetString()!.Trim(), LongestReason)
            : null;

    private static string Shown(JsonElement value) => Cut(value.GetRawText());

    private static string Cut(string text, int length = 40) => text.Length <= length ? text : text[..length] + "...";

    [GeneratedRegex("<think>.*?</think>", RegexOptions.Singleline | RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Thoughts();
}
