using DriveKD.Data.Samples;
using DriveKD.Evaluation.Judge;
using DriveKD.Evaluation.Questions;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Results;

/// <summary>What a judge gave to the answers of a pass.</summary>
public sealed record PassJudgement
{
    private static readonly Capability[] _capabilities = Enum.GetValues<Capability>();

    /// <summary>Who judged.</summary>
    public required string Judge { get; init; }

    /// <summary>Perception, reasoning, planning, mean.</summary>
    public required IReadOnlyList<JudgeScore> Scores { get; init; }

    /// <summary>Points by the questions' names; those without any are absent.</summary>
    public required IReadOnlyDictionary<string, int> Points { get; init; }

    /// <summary>Why answers have no points, and how many for each reason.</summary>
    public required IReadOnlyList<KeyValuePair<string, int>> UnscoredReasons { get; init; }

    /// <summary>How far the judge agrees with itself; null without repeats.</summary>
    public required SelfAgreement? Agreement { get; init; }

    /// <summary>What was spent, in a sentence.</summary>
    public required string Spent { get; init; }

    /// <summary>Why it stopped asking; null where it did not.</summary>
    public required string? Stop { get; init; }

    /// <summary>Brings a judge's verdicts and the questions together.</summary>
    /// <param name="judge">Who judged.</param>
    /// <param name="summary">The verdicts, in the order of the questions.</param>
    /// <param name="questions">The questions.</param>
    /// <param name="options">How intervals are drawn.</param>
    public static PassJudgement Of(string judge, JudgeSummary summary, IReadOnlyList<EvaluationQuestion> questions, BootstrapOptions options)
    {
        (EvaluationQuestion Question, int? Score)[] judged =
        [
            .. summary.Records.Select(record => (questions[record.Item.Index], record.Verdict.Score)).Where(item => item.Item1.Route is { Form: not DriveBench.QuestionForm.YesNo }),
        ];
        return new PassJudgement
        {
            Judge = judge,
            Scores = [.. _capabilities.Cast<Capability?>().Append(null).Select(capability => Score(capability, judged, options))],
            Points = judged.Where(item => item.Score is not null).ToDictionary(item => item.Question.Id, item => item.Score!.Value, StringComparer.Ordinal),
            UnscoredReasons = summary.UnscoredReasons,
            Agreement = summary.Agreement,
            Spent = Describe(summary),
            Stop = summary.Stop,
        };
    }

    private static JudgeScore Score(Capability? capability, (EvaluationQuestion Question, int? Score)[] judged, BootstrapOptions options)
    {
        (EvaluationQuestion Question, int? Score)[] own = [.. judged.Where(item => capability is null || item.Question.Route!.Value.Capability == capability)];

        // Of each scene the points and the answers of every capability: the mean of the three is a mean of means.
        double[][] scenes = [.. own.Where(item => item.Score is not null).GroupBy(item => item.Question.Cluster, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal).Select(Sums)];
        BootstrapResult result = ClusterBootstrap.OfSums(scenes, sums => Mean(capability, sums), options);
        return new JudgeScore(
            capability, own.Count(item => item.Score is not null), own.Count(item => item.Score is null), result.Estimate, result.Interval);
    }

    private static double[] Sums(IEnumerable<(EvaluationQuestion Question, int? Score)> scene)
    {
        double[] sums = new double[2 * _capabilities.Length];
        foreach ((EvaluationQuestion question, int? score) in scene)
        {
            int place = 2 * (int)question.Route!.Value.Capability;
            sums[place] += score!.Value;
            sums[place + 1]++;
        }

        return sums;
    }

    private static double Mean(Capability? capability, ReadOnlySpan<double> sums)
    {
        if (capability is Capability one)
        {
            return sums[2 * (int)one] / sums[(2 * (int)one) + 1];
        }

        double total = 0;
        for (int i = 0; i < sums.Length; i += 2)
        {
            total += sums[i] / sums[i + 1];
        }

        return total / _capabilities.Length;
    }

    private static string Describe(JudgeSummary summary)
    {
        string cost = summary.Usage.Cost is double money ? FormattableString.Invariant($", cost {money:0.####}") : "";
        return FormattableString.Invariant(
            $"{summary.Usage.Requests:N0} requests, {summary.Usage.Tokens:N0} tokens{cost}; {summary.FromCache:N0} replies were in the cache");
    }
}
