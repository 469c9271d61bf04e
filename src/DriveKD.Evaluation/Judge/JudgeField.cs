namespace DriveKD.Evaluation.Judge;

/// <summary>A part of a record that a judge is shown.</summary>
public enum JudgeField
{
    /// <summary>The question.</summary>
    Question,

    /// <summary>How the object that the question names looks.</summary>
    Description,

    /// <summary>The reference answer.</summary>
    Reference,

    /// <summary>The answer to judge.</summary>
    Prediction,
}
