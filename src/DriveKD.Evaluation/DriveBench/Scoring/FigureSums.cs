using DriveKD.Evaluation.Metrics;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>What the figures of some questions are computed from; those of more questions are the sums.</summary>
internal readonly record struct FigureSums(long Count, long OfficialCorrect, long StrictCorrect, BleuStatistics Bleu, double RougeL, double Cider)
{
    public static FigureSums operator +(FigureSums a, FigureSums b) => new(
        a.Count + b.Count,
        a.OfficialCorrect + b.OfficialCorrect,
        a.StrictCorrect + b.StrictCorrect,
        a.Bleu + b.Bleu,
        a.RougeL + b.RougeL,
        a.Cider + b.Cider);
}
