namespace DriveKD.World.Questions;

/// <summary>How a question of multiple choice is answered.</summary>
public enum AnswerForm
{
    /// <summary>The option's words, then its letter: <c>Braking: B</c>. The letter is then a copy of what stands before the word.</summary>
    WordAndLetter,

    /// <summary>The letter alone.</summary>
    LetterOnly,
}
