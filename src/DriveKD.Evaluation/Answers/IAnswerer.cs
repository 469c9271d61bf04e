using DriveKD.Evaluation.Pictures;
using DriveKD.Evaluation.Questions;

namespace DriveKD.Evaluation.Answers;

/// <summary>A model that answers driving questions.</summary>
public interface IAnswerer : IDisposable
{
    /// <summary>Answers questions. A question that the model fails on is answered with its error; the others go on.</summary>
    /// <param name="questions">The questions.</param>
    /// <param name="pictures">Their pictures, as the pass corrupts them.</param>
    /// <param name="answered">Told of answers as they come, never twice at a time; what it throws ends the work.</param>
    /// <param name="cancellation">Ends the work; answers that are whole by then have been told.</param>
    /// <returns>Why questions were left unasked, where the model cannot answer any more; else null.</returns>
    Task<string?> AnswerAsync(
        IReadOnlyList<EvaluationQuestion> questions, PassPictures pictures, Action<IReadOnlyList<ModelAnswer>> answered, CancellationToken cancellation);
}
