using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Data.Verification;

namespace DriveKD.Cli.Verification;

/// <summary>Writes what was compared as one JSON document. A difference that is not a number is written as "NaN".</summary>
internal static class VerifyReportJson
{
    private static readonly JsonSerializerOptions _layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        WriteIndented = true,
        // The document goes to a console or a file, never into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static void Write(Terminal terminal, IReadOnlyList<FolderResult> results, bool listsTensors, double seconds)
    {
        GoldenCheck[] checks = [.. results.SelectMany(result => result.Checks)];
        terminal.WriteRaw(JsonSerializer.Serialize(
            new
            {
                Passed = Array.TrueForAll(checks, check => check.Passed) && results.All(result => result.Problems.Count == 0),
                Stages = checks.Length,
                Failed = checks.Count(check => !check.Passed),
                Compared = checks.Sum(check => check.Compared),
                NotCompared = checks.Sum(check => check.NotCompared),
                Seconds = Math.Round(seconds, 3),
                Folders = results.Select(result => new
                {
                    result.Folder,
                    result.Kinds,
                    FirstFailures = result.FirstFailures.Select(check => new { check.Case, check.Stage, check.Detail }),
                    Problems = result.Problems.Select(problem => problem.ToString()),
                    Checks = result.Checks.Select(check => listsTensors ? (object)check : new
                    {
                        check.Case,
                        check.Stage,
                        check.Compared,
                        check.NotCompared,
                        check.WorstAbsolute,
                        check.WorstRelative,
                        check.Tolerance,
                        check.ToleranceIsRelative,
                        check.Passed,
                        check.Detail,
                    }),
                }),
            },
            _layout));
    }
}
