using System.Text;
using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Runs.Metrics;

/// <summary>Reads <c>metrics.jsonl</c>, also of a run that is still writing it.</summary>
public static class MetricsReader
{
    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">The file cannot be read, or whole lines of it are no metrics: all of them at once.</exception>
    public static MetricsLog Read(string path)
    {
        string text;
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using StreamReader reader = new(stream, Encoding.UTF8);
            text = reader.ReadToEnd();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"could not be read: {exception.Message}", exception);
        }

        string[] lines = text.Split('\n');
        List<Problem> problems = [];
        List<MetricsRow> rows = [];
        for (int i = 0; i < lines.Length - 1; i++)
        {
            if (ReadRow(lines[i], rows.LastOrDefault()?.Step ?? 0, out string problem) is { } row)
            {
                rows.Add(row);
            }
            else
            {
                problems.Add(new Problem($"{path}, line {i + 1}", problem));
            }
        }

        return problems.Count == 0
            ? new MetricsLog { Rows = rows, TornLine = lines[^1].Length > 0 ? lines[^1] : null }
            : throw new InputException(problems);
    }

    private static MetricsRow? ReadRow(string line, long lastStep, out string problem)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return ReadObject(document.RootElement, lastStep, out problem);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A text with half of a surrogate pair is found only when it is asked for, and then as an invalid operation.
            problem = $"not JSON: {exception.Message}";
            return null;
        }
    }

    private static MetricsRow? ReadObject(JsonElement json, long lastStep, out string problem)
    {
        problem = "";
        if (json.ValueKind != JsonValueKind.Object)
        {
            problem = $"found {json.ValueKind}, expected an object";
            return null;
        }

        long? step = null;
        Dictionary<string, double> values = [];
        foreach (JsonProperty property in json.EnumerateObject())
        {
            if (property.Name == MetricsRow.StepName && step is null && property.Value.ValueKind == JsonValueKind.Number
                && property.Value.TryGetInt64(out long number))
            {
                step = number;
            }
            else if (property.Name == MetricsRow.StepName || ReadNumber(property.Value) is not { } value || !values.TryAdd(property.Name, value))
            {
                problem = $"the key '{property.Name}' is written twice or holds no number";
                return null;
            }
        }

        if (step is null || step <= lastStep)
        {
            problem = step is null ? "the key 'step' is missing" : $"step {step} does not follow step {lastStep}";
            return null;
        }

        return new MetricsRow(step.Value, values);
    }

    private static double? ReadNumber(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.String => MetricsRow.OfName(json.GetString()),
        _ => null,
    };
}
