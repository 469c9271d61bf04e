using DriveKD.Evaluation.Questions;
using DriveKD.Evaluation.Statistics;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Results;

/// <summary>What an evaluation found out.</summary>
public sealed record EvaluationResults
{
    /// <summary>The recipe.</summary>
    public required EvaluateRecipe Recipe { get; init; }

    /// <summary>The questions.</summary>
    public required QuestionSet Questions { get; init; }

    /// <summary>The passes that were made.</summary>
    public required IReadOnlyList<CorruptionChoice> Corruptions { get; init; }

    /// <summary>Passes that this machine cannot make, with the reason.</summary>
    public required IReadOnlyList<(CorruptionChoice Corruption, string Reason)> LeftOut { get; init; }

    /// <summary>The models, in the recipe's order.</summary>
    public required IReadOnlyList<ModelResult> Models { get; init; }

    /// <summary>The pass that models are compared on: clean pictures, or the first pass without such.</summary>
    public required CorruptionChoice ComparedOn { get; init; }

    /// <summary>Every two models on the same questions, by what is compared, corrected together.</summary>
    public required ComparisonSet Comparisons { get; init; }
}
