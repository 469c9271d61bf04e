using DriveKD.Cli.Commands.Comparing;
using DriveKD.Data.Samples;
using DriveKD.Evaluation.Compare;
using DriveKD.Evaluation.Questions;
using DriveKD.Evaluation.Quickstart;
using DriveKD.World.Questions;

namespace DriveKD.Cli.Commands.Quickstarting;

/// <summary>Chooses the test questions that the page shows, before anybody answers them.</summary>
internal static class QuickstartChoice
{
    private const int KindsOfACapability = 4;

    /// <summary>The first question of each of the first kinds of every capability.</summary>
    /// <param name="questions">The test questions as they are asked.</param>
    /// <param name="split">The same questions as they were made: kinds stand only here.</param>
    public static IReadOnlyList<(EvaluationQuestion Question, string Kind)> Choose(CompareQuestions questions, WorldSplit split) =>
    [
        .. questions.Set.Questions.Zip(split.Questions, (question, made) => (Question: question, made.Kind))
            .GroupBy(item => item.Question.Sample.Capability).OrderBy(group => group.Key)
            .SelectMany(group => group.DistinctBy(item => item.Kind).Take(KindsOfACapability)),
    ];

    /// <summary>What every model made of a question.</summary>
    /// <param name="question">The question.</param>
    /// <param name="kind">Its kind.</param>
    /// <param name="models">Each model's name with its answers, the teacher's those of all three.</param>
    public static QuickstartAnswers Of(EvaluationQuestion question, string kind, IReadOnlyList<KeyValuePair<string, IReadOnlyDictionary<string, CompareAnswer>>> models)
    {
        Sample sample = question.Sample;
        return new QuickstartAnswers(
            new QuickstartQuestion(sample.Capability, kind, sample.Question.Replace(Sample.ImagePlaceholder, "", StringComparison.Ordinal), sample.Answer!),
            File.ReadAllBytes(sample.Images[0].FullPath!),
            [.. models.Select(model => new QuickstartAnswer(model.Key, model.Value[question.Id].Pred, model.Value[question.Id].Exact))]);
    }
}
