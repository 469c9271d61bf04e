using DriveKD.Data.Samples;

namespace DriveKD.World.Questions.Files;

/// <summary>DriveBench's type and tag of a question: by them its scorer finds the rule (docs/EVALUATION.md, "Where a question is scored").</summary>
public static class QuestionTags
{
    private const int Choice = 0;
    private const int Plan = 1;
    private const int OpenPerception = 2;
    private const int OpenPrediction = 3;

    /// <summary>
    /// Choices of perception and reasoning are scored by letter (perception and behavior, tag 0), reasoning's yes or no as prediction with tag 0, other open ones by language metrics;
    /// planning knows these only, tag 1.
    /// </summary>
    /// <param name="question">Of a capability.</param>
    /// <exception cref="ArgumentException">A general question: DriveBench has none.</exception>
    public static (string Type, int Tag) Of(WorldQuestion question) => (question.Capability, question.RightOption is not null) switch
    {
        (Capability.Perception, true) => ("perception", Choice),
        (Capability.Perception, false) => ("perception", OpenPerception),
        (Capability.Reasoning, true) => ("behavior", Choice),
        (Capability.Reasoning, false) => ("prediction", question.Decisive is "Yes" or "No" ? Choice : OpenPrediction),
        (Capability.Planning, _) => ("planning", Plan),
        _ => throw new ArgumentException($"a general question ({question.Kind}) has no place in DriveBench.", nameof(question)),
    };
}
