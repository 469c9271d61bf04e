using DriveKD.Evaluation.DriveBench.Scoring;
using DriveKD.Evaluation.Metrics;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.DriveLm;

/// <summary>
/// The DriveLM challenge's score, as far as it needs no judge. Its total is
/// 0.4 judge + 0.2 language + 0.2 match + 0.2 accuracy, where match is the mean of <see cref="Match"/> and the judge's points.
/// </summary>
public sealed record DriveLmScore
{
    /// <summary>Questions with tag 0: the answer equals the reference to the letter.</summary>
    public required int AccuracyCount { get; init; }

    /// <summary>The share that is equal, 0..1; null without questions.</summary>
    public required double? Accuracy { get; init; }

    /// <summary>Its interval.</summary>
    public required Interval? AccuracyInterval { get; init; }

    /// <summary>Questions with tag 2.</summary>
    public required int LanguageCount { get; init; }

    /// <summary>Their language metrics; null without questions.</summary>
    public required LanguageFigures? Language { get; init; }

    /// <summary>The same with their intervals, the combined score last; empty without questions.</summary>
    public required IReadOnlyList<CellFigure> LanguageFigures { get; init; }

    /// <summary>Questions with tag 3.</summary>
    public required int MatchCount { get; init; }

    /// <summary>The mean of their objects' F1, 0..100; null without questions. The challenge averages it with the judge's points.</summary>
    public required double? Match { get; init; }

    /// <summary>Its interval.</summary>
    public required Interval? MatchInterval { get; init; }

    /// <summary>Questions with tag 1 or 3, which a judge would see.</summary>
    public required int JudgeCount { get; init; }

    /// <summary>Questions passed over, as the challenge does, since they name an object that the frame's first answer did not find.</summary>
    public required int PassedOver { get; init; }

    /// <summary>Questions without a score: not answered, or with coordinates that do not pair (the published code stops there).</summary>
    public required int Unscored { get; init; }

    /// <summary>The challenge's total, 0..1.</summary>
    /// <param name="judge">The mean of the judge's points for tag 1, 0..100.</param>
    /// <param name="matchJudge">The mean of the judge's points for tag 3, 0..100.</param>
    /// <returns>Null where a part has no questions.</returns>
    public double? Total(double judge, double matchJudge) =>
        (0.4 * judge / 100) + (0.2 * Language?.Combined) + (0.2 * ((Match + matchJudge) / 2) / 100) + (0.2 * Accuracy);
}
