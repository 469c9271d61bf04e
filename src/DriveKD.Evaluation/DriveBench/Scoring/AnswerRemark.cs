namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>What is odd in an answer that is scored all the same.</summary>
public enum AnswerRemark
{
    /// <summary>The answer is empty or blank. It counts as wrong.</summary>
    EmptyAnswer,

    /// <summary>Most letters of the answer are not Latin: it may be in another language.</summary>
    OtherScript,

    /// <summary>The answer has more than 10,000 characters.</summary>
    VeryLong,

    /// <summary>The answer holds a carriage return or another separator that shifts later answers in the published code.</summary>
    LineSeparator,

    /// <summary>A multiple-choice reference holds no option letter; the published reading still compares it.</summary>
    ReferenceWithoutLetter,

    /// <summary>The question stands otherwise in the references than in the answers' file.</summary>
    QuestionDiffers,
}
