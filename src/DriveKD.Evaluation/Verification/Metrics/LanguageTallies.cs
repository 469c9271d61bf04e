using DriveKD.Data.Text.Verification;
using DriveKD.Data.Verification;
using DriveKD.Evaluation.Metrics;

namespace DriveKD.Evaluation.Verification.Metrics;

/// <summary>Compares language figures with recorded ones, by metric.</summary>
internal sealed class LanguageTallies
{
    private readonly ValueTally _bleu = new(MetricTolerances.Bleu, isRelative: true);
    private readonly ValueTally _rouge = new(MetricTolerances.Mean, isRelative: false);
    private readonly ValueTally _cider = new(MetricTolerances.Mean, isRelative: false);

    public void Compare(string item, GoldenJson expected, LanguageFigures actual)
    {
        double[] bleu = [actual.Bleu1, actual.Bleu2, actual.Bleu3, actual.Bleu4];
        for (int i = 0; i < bleu.Length; i++)
        {
            _bleu.Compare($"{item} Bleu_{i + 1}", expected.Member($"Bleu_{i + 1}").Number(), bleu[i]);
        }

        _rouge.Compare($"{item} ROUGE_L", expected.Member("ROUGE_L").Number(), actual.RougeL);
        _cider.Compare($"{item} CIDEr", expected.Member("CIDEr").Number(), actual.Cider);
    }

    public IEnumerable<GoldenCheck> ToChecks(string caseName) =>
        [_bleu.ToCheck(caseName, "BLEU"), _rouge.ToCheck(caseName, "ROUGE-L"), _cider.ToCheck(caseName, "CIDEr")];
}
