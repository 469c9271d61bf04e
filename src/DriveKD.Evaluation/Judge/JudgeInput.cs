namespace DriveKD.Evaluation.Judge;

/// <summary>What is to be judged.</summary>
/// <param name="Items">The records, in the order of the file.</param>
/// <param name="Notes">What a reader of the result should know of the files.</param>
public sealed record JudgeInput(IReadOnlyList<JudgeItem> Items, IReadOnlyList<string> Notes);
