using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Text.Verification;
using DriveKD.Data.Verification;
using DriveKD.Evaluation.Metrics.Tokenization;

namespace DriveKD.Evaluation.Verification.Metrics;

/// <summary>A table of sentences and of texts of several lines with their tokens.</summary>
internal static class TokenGoldens
{
    private const string Case = "ptb-tokens";

    // Categories of texts that people or models wrote: there every token counts.
    private static readonly string[] _real = ["drivelm", "drive-kd"];

    public static IEnumerable<GoldenCheck> Run(string path)
    {
        using JsonDocument document = GoldenJson.Open(path);
        GoldenJson root = new(path, "$", document.RootElement);
        Sentence[] sentences = [.. (root.Optional("sentences")?.Items() ?? []).Select(Sentence.Read)];
        if (sentences.Length > 0)
        {
            yield return Compare("sentences alone", sentences, sentence => OneLine(sentence.Text), sentence => sentence.Tokens);
            yield return Compare("captions alone", sentences, sentence => PtbTokenizer.Tokenize([sentence.Text])[0], sentence => sentence.Caption);

            // Every sentence in one file, where such a file was recorded: lines see each other.
            bool isTogether = Array.Exists(sentences, sentence => sentence.TokensTogether != sentence.Tokens);
            IReadOnlyList<IReadOnlyList<string>> lines = PtbTokenizer.RawLines(string.Join('\n', sentences.Select(sentence => sentence.Text.Replace('\n', ' '))));
            string[] together = [.. sentences.Select((_, i) => i < lines.Count ? string.Join(' ', lines[i]) : "")];
            if (isTogether)
            {
                yield return Compare("sentences together", sentences, sentence => together[sentence.Number], sentence => sentence.TokensTogether);
            }

            ExactTally real = new();
            foreach (Sentence sentence in sentences.Where(sentence => Array.Exists(_real, name => sentence.Category.StartsWith(name, StringComparison.Ordinal))))
            {
                real.CompareValues(sentence.Name, sentence.Tokens, OneLine(sentence.Text));
                if (isTogether)
                {
                    real.CompareValues($"{sentence.Name} among others", sentence.TokensTogether, together[sentence.Number]);
                }
            }

            if (real.HasCompared)
            {
                yield return real.ToCheck(Case, "real texts");
            }
        }

        ExactTally documents = new();
        int index = 0;
        foreach (GoldenJson item in root.Optional("documents")?.Items() ?? [])
        {
            string[] captions = [.. item.Member("lines").TextsOrNulls().Select(line => line ?? "")];
            documents.CompareLists($"documents[{index++}]", item.Member("captions").TextsOrNulls(), PtbTokenizer.Tokenize(captions, LineSeparators.AsPublished));
        }

        if (documents.HasCompared)
        {
            yield return documents.ToCheck(Case, "documents");
        }
    }

    private static string OneLine(string text) => string.Join(' ', PtbTokenizer.RawLines(text.Replace('\n', ' ')).SelectMany(line => line));

    private static GoldenCheck Compare(string stage, Sentence[] sentences, Func<Sentence, string> actual, Func<Sentence, string> expected)
    {
        string[] differing = [.. sentences.Where(sentence => actual(sentence) != expected(sentence)).Select(sentence => sentence.Name)];
        int allowed = (int)Math.Floor(sentences.Length * (1 - MetricTolerances.Sentences));
        return new GoldenCheck
        {
            Case = Case,
            Stage = stage,
            Compared = sentences.Length,
            WorstAbsolute = differing.Length,
            Tolerance = allowed,
            Passed = differing.Length <= allowed,
            Detail = differing.Length == 0 ? null
                : string.Create(CultureInfo.InvariantCulture, $"{sentences.Length - differing.Length} of {sentences.Length} are equal; not: {string.Join(", ", differing)}"),
        };
    }

    private sealed record Sentence(int Number, string Category, string Text, string Tokens, string TokensTogether, string Caption)
    {
        public string Name => string.Create(CultureInfo.InvariantCulture, $"sentences[{Number}] {ExactTally.Quote(Text)}");

        public static Sentence Read(GoldenJson item, int number)
        {
            string tokens = Join(item.Member("raw_tokens"));
            return new Sentence(
                number,
                item.Optional("category")?.Text() ?? "",
                item.Member("text").Text(),
                tokens,
                item.Optional("raw_tokens_in_batch") is { } together ? Join(together) : tokens,
                item.Member("caption").Text());
        }

        private static string Join(GoldenJson tokens) => string.Join(' ', tokens.TextsOrNulls());
    }
}
