namespace DriveKD.Evaluation.Judge;

/// <summary>How far a judge agrees with itself: every pair of scores that it gave to the same answer.</summary>
/// <param name="Answers">Answers with at least two scores.</param>
/// <param name="Pairs">Pairs of scores.</param>
/// <param name="MeanAbsoluteDifference">In points of 100.</param>
/// <param name="ExactAgreement">The share of pairs that are equal, 0 to 1.</param>
public sealed record SelfAgreement(int Answers, int Pairs, double MeanAbsoluteDifference, double ExactAgreement)
{
    /// <summary>Measures it.</summary>
    /// <param name="records">Judged records.</param>
    /// <returns>Null where no answer has two scores.</returns>
    public static SelfAgreement? Of(IEnumerable<JudgedRecord> records)
    {
        int answers = 0, pairs = 0, equal = 0;
        long sum = 0;
        foreach (JudgedRecord record in records)
        {
            int[] scores = [.. record.Verdicts.Where(verdict => verdict.Score is not null).Select(verdict => verdict.Score!.Value)];
            answers += scores.Length > 1 ? 1 : 0;
            for (int i = 0; i < scores.Length; i++)
            {
                for (int j = i + 1; j < scores.Length; j++)
                {
                    pairs++;
                    sum += Math.Abs(scores[i] - scores[j]);
                    equal += scores[i] == scores[j] ? 1 : 0;
                }
            }
        }

        return pairs == 0 ? null : new SelfAgreement(answers, pairs, (double)sum / pairs, (double)equal / pairs);
    }
}
