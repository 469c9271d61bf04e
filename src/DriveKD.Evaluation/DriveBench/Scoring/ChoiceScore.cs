using DriveKD.Evaluation.DriveBench.Extraction;

namespace DriveKD.Evaluation.DriveBench.Scoring;

/// <summary>What was read in an answer by letter, or by yes and no, in both ways.</summary>
/// <param name="OfficialReference">The reference, as the published code reads it.</param>
/// <param name="OfficialAnswer">The answer, as the published code reads it; empty where it finds nothing.</param>
/// <param name="StrictReference">The reference, as a person reads it.</param>
/// <param name="StrictAnswer">The answer, as a person reads it; empty where it states nothing, or several things.</param>
public sealed record ChoiceScore(string OfficialReference, string OfficialAnswer, string StrictReference, string StrictAnswer)
{
    /// <summary>Right by the published code, which takes two empty readings for equal.</summary>
    public bool IsOfficiallyCorrect => OfficialAnswer == OfficialReference;

    /// <summary>Right by what the answer states.</summary>
    public bool IsStrictlyCorrect => StrictAnswer.Length > 0 && StrictAnswer == StrictReference;

    /// <summary>The two readings of the answer differ.</summary>
    public bool Differs => OfficialAnswer != StrictAnswer;

    /// <summary>The two readings come to different verdicts.</summary>
    public bool VerdictDiffers => IsOfficiallyCorrect != IsStrictlyCorrect;

    /// <summary>Reads option letters.</summary>
    /// <param name="reference">The reference answer.</param>
    /// <param name="answer">The model's answer.</param>
    public static ChoiceScore OfLetters(string reference, string answer)
    {
        string official = OfficialLetter.Extract(reference);
        string strict = StrictLetter.Extract(reference);
        return new ChoiceScore(official, OfficialLetter.Extract(answer), strict.Length > 0 ? strict : official, StrictLetter.Extract(answer));
    }

    /// <summary>Reads yes and no. The published code scores none of these questions; both readings are its extractor's.</summary>
    /// <param name="reference">The reference answer.</param>
    /// <param name="answer">The model's answer.</param>
    public static ChoiceScore OfYesNo(string reference, string answer)
    {
        (string gold, string given) = (Word(reference), Word(answer));
        return new ChoiceScore(gold, given, gold, given);
    }

    private static string Word(string answer) => YesNo.Extract(answer) switch { true => "Yes", false => "No", null => "" };
}
