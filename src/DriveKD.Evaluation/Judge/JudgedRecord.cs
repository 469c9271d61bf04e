namespace DriveKD.Evaluation.Judge;

/// <summary>A record with what a judge said of it.</summary>
/// <param name="Item">The record.</param>
/// <param name="Verdicts">The judgement itself, then the repeats; one without a score where the record could not be judged.</param>
public sealed record JudgedRecord(JudgeItem Item, IReadOnlyList<JudgeVerdict> Verdicts)
{
    /// <summary>The judgement that counts.</summary>
    public JudgeVerdict Verdict => Verdicts[0];
}
