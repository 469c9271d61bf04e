using DriveKD.Evaluation.DriveBench.Records;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>A question that can be scored: it has a place to be scored at, an answer and a reference.</summary>
/// <param name="Record">The record, its reference taken from the references' file where there is one.</param>
/// <param name="Route">Where it is scored.</param>
/// <param name="Scene">What it is clustered by: its scene, or itself where no scene is known.</param>
internal sealed record AnsweredQuestion(QuestionRecord Record, QuestionRoute Route, string Scene)
{
    public string Prediction => Record.Prediction!;

    public string Reference => Record.Reference!;
}
