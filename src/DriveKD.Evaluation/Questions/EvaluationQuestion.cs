using DriveKD.Data.Samples;
using DriveKD.Evaluation.DriveBench;

namespace DriveKD.Evaluation.Questions;

/// <summary>A question as it is asked of every model, under every corruption.</summary>
public sealed record EvaluationQuestion
{
    /// <summary>Its name in files: scene, key frame, type with tags, and its number among equals. Does not depend on which questions are drawn.</summary>
    public required string Id { get; init; }

    /// <summary>Pictures, question, reference answer.</summary>
    public required Sample Sample { get; init; }

    /// <summary>The type that it is scored as: the record's, or what its capability and wording make of it.</summary>
    public required string QuestionType { get; init; }

    /// <summary>The tags that it is scored by: the record's, or those of its wording.</summary>
    public required IReadOnlyList<int> Tags { get; init; }

    /// <summary>Type or tags are not the record's.</summary>
    public required bool IsRoutedByWording { get; init; }

    /// <summary>Where it is scored; null where no rule is known.</summary>
    public QuestionRoute? Route => QuestionRouting.FindTask(QuestionType) is DriveTask task ? QuestionRouting.Find(task, Tags) : null;

    /// <summary>What it is clustered by: its scene, or itself where no scene is known.</summary>
    public string Cluster => Sample.Scene ?? Sample.Frame ?? Id;
}
