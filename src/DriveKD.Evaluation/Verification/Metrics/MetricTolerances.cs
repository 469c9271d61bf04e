namespace DriveKD.Evaluation.Verification.Metrics;

/// <summary>How far figures may lie from the recorded ones.</summary>
internal static class MetricTolerances
{
    /// <summary>BLEU, relative: it goes down to 1e-30, where an absolute bound would say nothing. Only roundings differ.</summary>
    public const double Bleu = 1e-12;

    /// <summary>ROUGE-L in 0..1, CIDEr in 0..10, accuracy: only the order of summation differs.</summary>
    public const double Mean = 1e-12;

    /// <summary>The share of constructed sentences whose tokens must be equal. They hold what no answer of a model does: smileys, rare quotes, paths.</summary>
    public const double Sentences = 0.98;
}
