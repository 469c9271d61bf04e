using DriveKD.Evaluation.Answers;
using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Statistics;
using DriveKD.Runs.Recipes;

namespace DriveKD.Evaluation.Results;

/// <summary>One model under one corruption.</summary>
public sealed record PassResult
{
    /// <summary>The corruption.</summary>
    public required CorruptionChoice Corruption { get; init; }

    /// <summary>The scores, and what has none.</summary>
    public required ScoreReport Report { get; init; }

    /// <summary>The answers, errors among them, by the questions' names.</summary>
    public required IReadOnlyDictionary<string, ModelAnswer> Answers { get; init; }

    /// <summary>Questions that the model failed on.</summary>
    public required int Failed { get; init; }

    /// <summary>Questions that were not asked: the run was stopped, or the model could not go on.</summary>
    public required int NotAsked { get; init; }

    /// <summary>Answers that ended at the greatest number of tokens.</summary>
    public required int CutOff { get; init; }

    /// <summary>The median of the seconds that an answer took; null without answers.</summary>
    public required double? MedianSeconds { get; init; }

    /// <summary>Every scored question of the official cells.</summary>
    public required IReadOnlyList<QuestionPoints> Points { get; init; }

    /// <summary>What a judge gave; null where none was asked.</summary>
    public PassJudgement? Judgement { get; init; }

    /// <summary>Questions that are scored, by the capability table's rule.</summary>
    public int Count => Mean.Count;

    /// <summary>Questions that are not.</summary>
    public int Unscored => Mean.Unscored;

    /// <summary>
    /// Points, 0 to 100: the mean of the capabilities; of those that have scored questions where not all have. Null where none has.
    /// </summary>
    public double? Score => Mean.Score ?? (Scored.Length > 0 ? Scored.Average(row => row.Score!.Value) : null);

    /// <summary>The score's interval; null where there are too few scenes, or where it is the mean of two.</summary>
    public Interval? Interval => Mean.Score is not null ? Mean.Interval : Scored.Length == 1 ? Scored[0].Interval : null;

    private CapabilityScore Mean => Report.Capabilities.Single(row => row.Capability is null);

    private CapabilityScore[] Scored => [.. Report.Capabilities.Where(row => row.Capability is not null && row.Score is not null)];
}
