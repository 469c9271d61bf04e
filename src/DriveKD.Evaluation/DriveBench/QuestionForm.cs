namespace DriveKD.Evaluation.DriveBench;

/// <summary>How a question is answered, which decides how it is scored.</summary>
public enum QuestionForm
{
    /// <summary>By an option letter: accuracy.</summary>
    MultipleChoice,

    /// <summary>In words: language metrics, and the judge.</summary>
    OpenAnswer,

    /// <summary>By yes or no: the published scorer leaves these out; they are counted and read here, apart from the official figures.</summary>
    YesNo,
}
