using DriveKD.Evaluation.Questions;

namespace DriveKD.Evaluation.Reports;

/// <summary>A question that the page shows with what every model made of it.</summary>
/// <param name="Reason">Why it is shown.</param>
/// <param name="Question">The question.</param>
/// <param name="Pictures">Its pictures, small.</param>
/// <param name="Attention">Where local models looked: a figure by the model's name.</param>
public sealed record EvaluationExample(
    ExampleReason Reason, EvaluationQuestion Question, IReadOnlyList<PagePicture> Pictures, IReadOnlyDictionary<string, PagePicture> Attention);
