using System.Text.RegularExpressions;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.DriveBench;
using DriveKD.Evaluation.DriveBench.Extraction;

namespace DriveKD.Evaluation.Questions;

/// <summary>
/// Where a question without DriveBench's tags is scored: as a question with options if it lists some and the reference is a letter, as yes
/// or no if that is the reference, else as an open answer. DriveBench's tables have no place for every combination; the nearest of the same
/// capability is taken.
/// </summary>
internal static partial class WordingRoute
{
    private const int ChoiceTag = 0;
    private const int PlanningTag = 1;
    private const int ObjectsTag = 2;
    private const int OrderTag = 3;

    /// <summary>The type and the tag that lead to the place.</summary>
    public static (string QuestionType, int Tag) Of(Sample sample)
    {
        string reference = sample.Answer ?? "";
        bool isChoice = Options().IsMatch(sample.Question) && StrictLetter.Extract(reference).Length > 0;
        bool isYesNo = WholeYesNo().IsMatch(reference);
        return (QuestionRouting.FindTask(sample.QuestionType), sample.Capability) switch
        {
            (DriveTask.Perception, _) or (null, Capability.Perception) => ("perception", isChoice ? ChoiceTag : ObjectsTag),
            (DriveTask.Planning, _) or (null, Capability.Planning) => ("planning", PlanningTag),
            _ when isChoice => ("behavior", ChoiceTag),
            _ => ("prediction", isYesNo ? ChoiceTag : OrderTag),
        };
    }

    [GeneratedRegex(@"\bA\s*[.):]\s*\S.*\bB\s*[.):]\s*\S", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Options();

    [GeneratedRegex(@"\A\s*(yes|no)\s*[.!]?\s*\z", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex WholeYesNo();
}
