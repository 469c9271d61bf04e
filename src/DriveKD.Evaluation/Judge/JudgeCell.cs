namespace DriveKD.Evaluation.Judge;

/// <summary>The judgements of one type of question.</summary>
/// <param name="Task">perception, prediction, planning, behavior; or what else the records name.</param>
/// <param name="Kind">mcq or vqa; null for records without a sheet.</param>
/// <param name="Count">Records.</param>
/// <param name="Scored">Those with a score.</param>
/// <param name="Mean">The mean score of those, 0 to 100; null where there is none.</param>
public sealed record JudgeCell(string Task, string? Kind, int Count, int Scored, double? Mean)
{
    /// <summary>Records without a score.</summary>
    public int Unscored => Count - Scored;
}
