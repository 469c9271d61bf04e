using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Metrics.Tokenization;

namespace DriveKD.Evaluation.Metrics;

/// <summary>
/// Predictions beside their references, one each: BLEU-1 to 4, ROUGE-L and CIDEr-D as the language-evaluation package computes them,
/// on the Penn Treebank tokenizer's tokens. Equal to it to the last digits wherever the tokens are.
/// </summary>
public sealed class LanguageComparison
{
    private readonly string[] _predictions;
    private readonly string[] _references;

    private LanguageComparison(string[] predictions, string[] references, PairScores[] pairs, bool isDefined)
    {
        _predictions = predictions;
        _references = references;
        Pairs = pairs;
        IsDefined = isDefined;
    }

    /// <summary>The pairs in order. CIDEr's document frequencies are those of all references here.</summary>
    public IReadOnlyList<PairScores> Pairs { get; }

    /// <summary>Some reference holds a word. Where none does the published code fails, and there are no figures.</summary>
    public bool IsDefined { get; }

    /// <summary>Each prediction's tokens, joined by one space.</summary>
    public IReadOnlyList<string> PredictionTokens => _predictions;

    /// <summary>Each reference's tokens, joined by one space.</summary>
    public IReadOnlyList<string> ReferenceTokens => _references;

    /// <summary>Compares the texts.</summary>
    /// <param name="predictions">The texts to judge.</param>
    /// <param name="references">One per prediction.</param>
    /// <param name="lines">What a line separator inside a text does.</param>
    /// <param name="progress">Told how many pairs are done.</param>
    /// <param name="cancellation">Stops between pairs.</param>
    public static LanguageComparison Of(
        IReadOnlyList<string> predictions,
        IReadOnlyList<string> references,
        LineSeparators lines = LineSeparators.AsSpaces,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(predictions.Count, references.Count);
        progress?.Report(new DataProgress("tokenising", 0, 0));
        string[] predictionTokens = PtbTokenizer.Tokenize(predictions, lines);

        // The published code renames what its vocabulary would take for an unknown word, in references only.
        string[] referenceTokens = PtbTokenizer.Tokenize([.. references.Select(text => text.Replace("_UNK", "_UNKNOWN", StringComparison.Ordinal))], lines);
        cancellation.ThrowIfCancellationRequested();
        return OfTokens(predictionTokens, referenceTokens, progress, cancellation);
    }

    /// <summary>Compares texts that are tokens already, joined by one space.</summary>
    internal static LanguageComparison OfTokens(
        string[] predictionTokens, string[] referenceTokens, IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        NGramVocabulary vocabulary = new();
        NGramCounts[] ofPredictions = [.. predictionTokens.Select(vocabulary.Count)];
        NGramCounts[] ofReferences = [.. referenceTokens.Select(vocabulary.Count)];
        CiderD cider = new(ofReferences, vocabulary.Size);
        PairScores[] pairs = new PairScores[predictionTokens.Length];
        for (int i = 0; i < pairs.Length; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new DataProgress("comparing", i, pairs.Length));
            pairs[i] = new PairScores(
                NGramCounts.Compare(ofPredictions[i], ofReferences[i]),
                RougeL.Score(predictionTokens[i], referenceTokens[i]),
                cider.Score(ofPredictions[i], ofReferences[i]));
        }

        return new LanguageComparison(predictionTokens, referenceTokens, pairs, ofReferences.Any(counts => counts.Words > 0));
    }

    /// <summary>The figures of all pairs.</summary>
    /// <exception cref="InputException">No reference holds a word.</exception>
    public LanguageFigures ToFigures() => IsDefined
        ? LanguageFigures.Of(Pairs)
        : throw new InputException("references", "none of them holds a word: language metrics are undefined (the published code fails too). Give references with text.");
}
