namespace DriveKD.Data.Samples;

/// <summary>When a question may stand without an answer. An absent, null or blank answer is no answer.</summary>
public enum AnswerRule
{
    /// <summary>Every question needs its answer: for training and scoring.</summary>
    Required,

    /// <summary>A file without a single answer is a file of questions; in any other file every question needs its answer.</summary>
    AllOrNone,

    /// <summary>Answers do not matter: for asking only.</summary>
    Optional,
}
