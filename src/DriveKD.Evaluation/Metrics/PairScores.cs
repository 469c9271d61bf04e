namespace DriveKD.Evaluation.Metrics;

/// <summary>What one prediction is worth beside its reference. Figures of any choice of pairs follow from these by adding.</summary>
/// <param name="Bleu">What BLEU counts.</param>
/// <param name="RougeL">ROUGE-L, 0..1.</param>
/// <param name="Cider">CIDEr-D, 0..10, its document frequencies taken from the whole corpus that the pair was compared in.</param>
public readonly record struct PairScores(BleuStatistics Bleu, double RougeL, double Cider);
