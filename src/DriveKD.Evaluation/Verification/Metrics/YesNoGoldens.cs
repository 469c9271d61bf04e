using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Text.Verification;
using DriveKD.Data.Verification;
using DriveKD.Evaluation.DriveBench.Extraction;

namespace DriveKD.Evaluation.Verification.Metrics;

/// <summary>A table of answers read as yes or no.</summary>
internal static class YesNoGoldens
{
    public static IEnumerable<GoldenCheck> Run(string path)
    {
        using JsonDocument document = GoldenJson.Open(path);
        ExactTally tally = new();
        int index = 0;
        foreach (GoldenJson item in new GoldenJson(path, "$", document.RootElement).Member("cases").Items())
        {
            string text = item.Member("text").Text();
            string? own = YesNo.Extract(text) switch { true => "Yes", false => "No", null => null };
            tally.CompareValues(string.Create(CultureInfo.InvariantCulture, $"cases[{index++}] {ExactTally.Quote(text)}"), item.Optional("official")?.Text(), own);
        }

        yield return tally.ToCheck("yesno", "official reading");
    }
}
