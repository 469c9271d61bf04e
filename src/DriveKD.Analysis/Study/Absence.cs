namespace DriveKD.Analysis.Study;

/// <summary>What a sample lacks, so that some measures have no value for it.</summary>
public enum Absence
{
    /// <summary>No vision token: nothing that speaks of vision.</summary>
    Pictures,

    /// <summary>No answer: no margin.</summary>
    Answer,

    /// <summary>An answer of fewer tokens than the margin has bins: no margin.</summary>
    AnswerLength,

    /// <summary>The question names no object that is seen in a picture: no share of attention on it.</summary>
    NamedObject,

    /// <summary>The model has one head per layer: no agreement between heads.</summary>
    SeveralHeads,
}
