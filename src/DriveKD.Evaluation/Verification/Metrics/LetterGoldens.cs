using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Text.Verification;
using DriveKD.Data.Verification;
using DriveKD.Evaluation.DriveBench.Extraction;

namespace DriveKD.Evaluation.Verification.Metrics;

/// <summary>A table of answers with the option letter read in both ways.</summary>
internal static class LetterGoldens
{
    private const string Case = "mcq-extraction";

    public static IEnumerable<GoldenCheck> Run(string path)
    {
        using JsonDocument document = GoldenJson.Open(path);
        IReadOnlyList<GoldenJson> cases = new GoldenJson(path, "$", document.RootElement).Member("cases").Items();
        ExactTally official = new();
        List<string> differing = [];
        int compared = 0;
        for (int i = 0; i < cases.Count; i++)
        {
            string text = cases[i].Member("text").Text();
            string name = string.Create(CultureInfo.InvariantCulture, $"cases[{i}] {ExactTally.Quote(text)}");
            official.CompareValues(name, cases[i].Member("official").Text(), OfficialLetter.Extract(text));
            if (cases[i].Optional("strict") is not { } strict)
            {
                continue;
            }

            compared++;
            string own = StrictLetter.Extract(text);
            if (own != strict.Text())
            {
                differing.Add($"{name}: found '{own}', expected '{strict.Text()}'");
            }
        }

        yield return official.ToCheck(Case, "official letters");
        if (compared > 0)
        {
            // What an answer states is a judgement: differences are told, and fail nothing.
            yield return new GoldenCheck
            {
                Case = Case,
                Stage = "strict letters",
                Compared = compared,
                WorstAbsolute = differing.Count,
                Tolerance = compared,
                Passed = true,
                Detail = string.Create(CultureInfo.InvariantCulture, $"{compared - differing.Count} of {compared} agree{(differing.Count == 0 ? "" : $"; {string.Join("; ", differing)}")}"),
            };
        }
    }
}
