using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DriveKD.Runs.Reports;

/// <summary>The summaries of runs as one JSON document.</summary>
public static class ReportJson
{
    private static readonly JsonSerializerOptions _layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        WriteIndented = true,
        NewLine = "\n",
        // The document goes to a console or a file, never into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes <c>{"runs": [...]}</c>.</summary>
    /// <param name="runs">The runs in order.</param>
    public static string Write(IReadOnlyList<RunRecord> runs) =>
        JsonSerializer.Serialize(new { Runs = runs.Select(RunSummary.Of) }, _layout);
}
