namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>Why a question has no score. Such a question is counted and stays out of every average.</summary>
public enum UnscoredReason
{
    /// <summary>The record is not readable as an answer: a wrong type, text that is not UTF-8.</summary>
    Unreadable,

    /// <summary>There is no answer. (An empty answer is an answer, and a wrong one.)</summary>
    MissingAnswer,

    /// <summary>The same question was answered before in the file; the first answer counts.</summary>
    Duplicate,

    /// <summary>The references do not hold the question.</summary>
    UnknownQuestion,

    /// <summary>The question type is absent or none of the four tasks.</summary>
    UnknownType,

    /// <summary>The task has no rule for the question's tags.</summary>
    UnknownTag,

    /// <summary>There is no reference answer, or it is blank.</summary>
    MissingReference,

    /// <summary>No reference of the whole cell holds a word, so that language metrics are undefined.</summary>
    NoWordsInReferences,
}
