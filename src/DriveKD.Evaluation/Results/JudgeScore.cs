using DriveKD.Data.Samples;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Results;

/// <summary>A judge's points for one capability.</summary>
/// <param name="Capability">The capability; null for the mean of the three.</param>
/// <param name="Count">Answers with points.</param>
/// <param name="Unscored">Answers without.</param>
/// <param name="Score">The mean, 0 to 100; null without any.</param>
/// <param name="Interval">Its interval, by bootstrap over scenes.</param>
public sealed record JudgeScore(Capability? Capability, int Count, int Unscored, double? Score, Interval? Interval);
