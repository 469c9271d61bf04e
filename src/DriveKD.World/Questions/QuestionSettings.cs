namespace DriveKD.World.Questions;

/// <summary>How questions are worded.</summary>
public sealed record QuestionSettings
{
    /// <summary>How objects are named.</summary>
    public ReferenceForm References { get; init; } = ReferenceForm.Both;

    /// <summary>How questions of multiple choice are answered.</summary>
    public AnswerForm Answers { get; init; } = AnswerForm.WordAndLetter;

    /// <summary>Whether the main kinds are asked as multiple choice too.</summary>
    public bool HasChoices { get; init; } = true;
}
