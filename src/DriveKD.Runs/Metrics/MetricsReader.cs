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
        ReadOnlyMemory<byte> rest = ReadBytes(path);
        List<Problem> problems = [];
        List<MetricsRow> rows = [];
        // Every line has the same names: each is kept once, however long the run is.
        HashSet<string> names = [];
        for (int line = 1, end; (end = rest.Span.IndexOf((byte)'\n')) >= 0; line++)
        {
            if (ReadRow(rest[..end], rows.LastOrDefault()?.Step ?? 0, names, out string problem) is { } row)
            {
                rows.Add(row);
            }
            else
            {
                problems.Add(new Problem($"{path}, line {line}", problem));
            }

            rest = rest[(end + 1)..];
        }

        return problems.Count == 0
            ? new MetricsLog { Rows = rows, TornLine = rest.Length > 0 ? Encoding.UTF8.GetString(rest.Span) : null }
            : throw new InputException(problems);
    }

    private static ReadOnlyMemory<byte> ReadBytes(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using MemoryStream content = new(checked((int)stream.Length));
            stream.CopyTo(content);
            ReadOnlyMemory<byte> bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
            return bytes.Span.StartsWith(Encoding.UTF8.Preamble) ? bytes[Encoding.UTF8.Preamble.Length..] : bytes;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or OverflowException)
        {
            throw new InputException(path, $"could not be read: {exception.Message}", exception);
        }
    }

    private static MetricsRow? ReadRow(ReadOnlyMemory<byte> line, long lastStep, HashSet<string> names, out string problem)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(line);
            return ReadObject(document.RootElement, lastStep, names, out problem);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // A text with half of a surrogate pair is found only when it is asked for, and then as an invalid operation.
            problem = $"not JSON: {exception.Message}";
            return null;
        }
    }

    private static MetricsRow? ReadObject(JsonElement json, long lastStep, HashSet<string> names, out string problem)
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
            else if (property.Name == MetricsRow.StepName || ReadNumber(property.Value) is not { } value || !values.TryAdd(Pooled(property.Name, names), value))
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

    private static string Pooled(string name, HashSet<string> names)
    {
        if (names.TryGetValue(name, out string? known))
        {
            return known;
        }

        names.Add(name);
        return name;
    }

    private static double? ReadNumber(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Number => json.GetDouble(),
        JsonValueKind.String => MetricsRow.OfName(json.GetString()),
        _ => null,
    };
}
