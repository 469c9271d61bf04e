namespace DriveKD.Evaluation.Metrics;

/// <summary>The language metrics of a corpus, raw as the published code returns them.</summary>
public sealed record LanguageFigures
{
    /// <summary>BLEU with words alone, 0..1.</summary>
    public required double Bleu1 { get; init; }

    /// <summary>BLEU up to pairs of words, 0..1.</summary>
    public required double Bleu2 { get; init; }

    /// <summary>BLEU up to three words, 0..1.</summary>
    public required double Bleu3 { get; init; }

    /// <summary>BLEU up to four words, 0..1.</summary>
    public required double Bleu4 { get; init; }

    /// <summary>ROUGE-L, mean over the pairs, 0..1.</summary>
    public required double RougeL { get; init; }

    /// <summary>CIDEr-D, mean over the pairs, 0..10.</summary>
    public required double Cider { get; init; }

    /// <summary>One number of the six, 0..1 in practice: a third each for the mean BLEU, ROUGE-L and CIDEr / 10. DriveLM's language score.</summary>
    public double Combined => ((Bleu1 + Bleu2 + Bleu3 + Bleu4) / 4 / 3) + (RougeL / 3) + (Cider / 10 / 3);

    /// <summary>The figures of some pairs.</summary>
    /// <param name="pairs">At least one.</param>
    public static LanguageFigures Of(IEnumerable<PairScores> pairs)
    {
        BleuStatistics bleu = default;
        (double rouge, double cider, int count) = (0, 0, 0);
        foreach (PairScores pair in pairs)
        {
            bleu += pair.Bleu;
            rouge += pair.RougeL;
            cider += pair.Cider;
            count++;
        }

        ArgumentOutOfRangeException.ThrowIfZero(count, nameof(pairs));
        return Of(bleu, rouge / count, cider / count);
    }

    /// <summary>The figures of what was added up.</summary>
    /// <param name="bleu">The sum of the pairs' statistics.</param>
    /// <param name="rougeL">The mean of the pairs' ROUGE-L.</param>
    /// <param name="cider">The mean of the pairs' CIDEr-D.</param>
    public static LanguageFigures Of(BleuStatistics bleu, double rougeL, double cider) => new()
    {
        Bleu1 = bleu.Score(1),
        Bleu2 = bleu.Score(2),
        Bleu3 = bleu.Score(3),
        Bleu4 = bleu.Score(4),
        RougeL = rougeL,
        Cider = cider,
    };
}
