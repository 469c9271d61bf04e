using System.Text.Json;
using DriveKD.Data.Text.Verification;
using DriveKD.Data.Verification;
using DriveKD.Evaluation.Metrics;
using DriveKD.Evaluation.Metrics.Tokenization;

namespace DriveKD.Evaluation.Verification.Metrics;

/// <summary>A table of corpora: pairs of texts with their tokens and their figures, each pair's and the corpus's.</summary>
internal static class LanguageGoldens
{
    public static IEnumerable<GoldenCheck> Run(string path)
    {
        using JsonDocument document = GoldenJson.Open(path);
        string table = Path.GetFileNameWithoutExtension(path);
        foreach (GoldenJson corpus in new GoldenJson(path, "$", document.RootElement).Member("corpora").Items())
        {
            foreach (GoldenCheck check in RunCorpus($"{table}/{corpus.Member("name").Text()}", corpus))
            {
                yield return check;
            }
        }
    }

    private static IEnumerable<GoldenCheck> RunCorpus(string name, GoldenJson corpus)
    {
        IReadOnlyList<GoldenJson> pairs = corpus.Member("pairs").Items();
        LanguageComparison own = LanguageComparison.Of(
            [.. pairs.Select(pair => pair.Member("prediction").Text())], [.. pairs.Select(pair => pair.Member("reference").Text())], LineSeparators.AsPublished);
        GoldenJson official = corpus.Member("official");
        if ((official.Optional("error") ?? corpus.Optional("error")) is not null)
        {
            ExactTally defined = new();
            defined.CompareValues("figures are defined", false, own.IsDefined);
            yield return defined.ToCheck(name, "undefined");
            yield break;
        }

        bool hasTokens = pairs.All(pair => pair.Optional("tokens") is not null);
        LanguageComparison comparison = own;
        if (hasTokens)
        {
            // The figures start from the recorded tokens, so that a difference in these is not told twice.
            string[] predictions = [.. pairs.Select(pair => pair.Member("tokens").Member("prediction").Text())];
            string[] references = [.. pairs.Select(pair => pair.Member("tokens").Member("reference").Text())];
            ExactTally tokens = new();
            tokens.CompareLists("predictions", predictions, own.PredictionTokens);
            tokens.CompareLists("references", references, own.ReferenceTokens);
            yield return tokens.ToCheck(name, "tokens");
            comparison = LanguageComparison.OfTokens(predictions, references);
        }

        LanguageTallies tallies = new();
        tallies.Compare("corpus", official, comparison.ToFigures());
        for (int i = 0; i < pairs.Count; i++)
        {
            if (pairs[i].Optional("scores") is { } scores)
            {
                tallies.Compare($"pairs[{i}]", scores, LanguageFigures.Of([comparison.Pairs[i]]));
            }
        }

        foreach (GoldenCheck check in tallies.ToChecks(name))
        {
            yield return check;
        }
    }
}
