using DriveKD.Runs.Reports;

namespace DriveKD.Evaluation.Reports;

/// <summary>What a reader of an evaluation must not miss.</summary>
/// <param name="Level">How much it matters.</param>
/// <param name="Title">In a line.</param>
/// <param name="Text">What was counted, and what to do.</param>
public sealed record EvaluationNotice(NoticeLevel Level, string Title, string Text)
{
    /// <inheritdoc />
    public override string ToString() => $"{Title}. {Text}";
}
