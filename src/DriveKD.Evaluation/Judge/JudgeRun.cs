using DriveKD.Data.Errors;
using DriveKD.Evaluation.Clients;
using Microsoft.Extensions.AI;

namespace DriveKD.Evaluation.Judge;

/// <summary>Has a list of answers judged, several at a time.</summary>
public sealed class JudgeRun
{
    /// <summary>Why an answer without a word has its 0.</summary>
    public const string EmptyAnswer = "the answer is empty";

    private readonly JudgeRunOptions _options;
    private readonly TimeProvider _time;
    private readonly IChatClient _client;
    private readonly UsageMeter _meter;
    private readonly ReplySource _replies;
    private readonly AnswerJudge _judge;

    /// <param name="client">The judge; the caller's to dispose of.</param>
    /// <param name="options">How.</param>
    /// <param name="time">The clock of the time left; the system's where null.</param>
    public JudgeRun(IChatClient client, JudgeRunOptions options, TimeProvider? time = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Repeats, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Concurrency, 1);
        (_client, _options, _time) = (client, options, time ?? TimeProvider.System);
        _meter = new UsageMeter(options.Prices);
        _replies = new ReplySource(client, options.Identity, options.Cache, options.Budget, _meter);
        _judge = new AnswerJudge(_replies);
    }

    /// <summary>Judges.</summary>
    /// <param name="items">The records.</param>
    /// <param name="onJudged">Told of every record as soon as it is judged, one at a time, in any order.</param>
    /// <param name="progress">Told after every record.</param>
    /// <param name="cancellation">Ends the run at once; what was judged is in the cache.</param>
    /// <exception cref="InputException">The cache is damaged.</exception>
    public async Task<JudgeSummary> RunAsync(
        IReadOnlyList<JudgeItem> items, Action<JudgedRecord>? onJudged = null, IProgress<JudgeProgress>? progress = null, CancellationToken cancellation = default)
    {
        JudgedRecord[] judged = new JudgedRecord[items.Count];
        Lock gate = new();
        long begin = _time.GetTimestamp();
        int done = 0, unscored = 0;
        ParallelOptions parallel = new() { MaxDegreeOfParallelism = _options.Concurrency, CancellationToken = cancellation };
        await Parallel.ForAsync(0, items.Count, parallel, async (i, token) =>
        {
            JudgedRecord record = await JudgeAsync(items[i], token).ConfigureAwait(false);
            lock (gate)
            {
                judged[i] = record;
                done++;
                unscored += record.Verdict.Score is null ? 1 : 0;
                onJudged?.Invoke(record);
                long asked = _meter.Totals.Replies;
                // What the cache had says nothing about the pace of the rest.
                TimeSpan? left = asked == 0 ? null : _time.GetElapsedTime(begin) / Math.Max(1, Math.Min(asked, done)) * (items.Count - done);
                progress?.Report(new JudgeProgress(done, items.Count, unscored, _meter.Totals.Tokens, left));
            }
        }).ConfigureAwait(false);
        return Summarise(judged);
    }

    private async Task<JudgedRecord> JudgeAsync(JudgeItem item, CancellationToken cancellation)
    {
        if (item.Obstacle is not null)
        {
            return new JudgedRecord(item, [JudgeVerdict.Without(item.Obstacle)]);
        }

        if (string.IsNullOrWhiteSpace(item.Prediction))
        {
            // There is nothing to give points for, and nothing to pay for.
            return new JudgedRecord(item, [new JudgeVerdict { Reply = new JudgeReply { Score = 0, Reason = EmptyAnswer } }]);
        }

        JudgeVerdict[] verdicts = new JudgeVerdict[_options.Repeats];
        for (int repeat = 0; repeat < verdicts.Length; repeat++)
        {
            verdicts[repeat] = await _judge.AskAsync(item, repeat, cancellation).ConfigureAwait(false);
        }

        return new JudgedRecord(item, verdicts);
    }

    private JudgeSummary Summarise(JudgedRecord[] records)
    {
        JudgeVerdict[] verdicts = [.. records.SelectMany(record => record.Verdicts)];
        UsageTotals spent = _meter.Totals;
        // The client sees requests that failed; the meter here only replies.
        UsageTotals? ofClient = (_client.GetService(typeof(EndpointChatClient)) as EndpointChatClient)?.Meter.Totals;
        return new JudgeSummary
        {
            Records = records,
            Cells = CellsOf(records),
            UnscoredReasons =
            [
                .. records.Where(record => record.Verdict.Unscored is not null)
                    .CountBy(record => record.Verdict.Unscored!)
                    .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal),
            ],
            Agreement = SelfAgreement.Of(records.Where(record => record.Verdicts.Count > 1)),
            Usage = spent with { Requests = ofClient?.Requests ?? spent.Replies, Retries = ofClient?.Retries ?? 0 },
            FromCache = _replies.FromCache,
            AskedAgain = verdicts.Count(verdict => verdict.WasAskedAgain),
            InOfficialForm = verdicts.Count(verdict => verdict.Reply is { Score: not null, Form: ReplyForm.Official }),
            WithoutDescription = records.Count(record => record.Item is { Rubric.UsesDescription: true, Description: null } && record.Verdict.Score is not null),
            Stop = _replies.Stop,
            Fault = _replies.Fault,
        };
    }

    private static IReadOnlyList<JudgeCell> CellsOf(JudgedRecord[] records)
    {
        List<JudgeCell> cells = [];
        foreach (Rubric rubric in Rubrics.All)
        {
            JudgedRecord[] own = [.. records.Where(record => record.Item.Rubric == rubric)];
            if (own.Length > 0)
            {
                cells.Add(CellOf(rubric.QuestionType, rubric.Kind, own));
            }
        }

        cells.AddRange(records.Where(record => record.Item.Rubric is null)
            .GroupBy(record => record.Item.QuestionType ?? "no type")
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => CellOf(group.Key, null, [.. group])));
        return cells;
    }

    private static JudgeCell CellOf(string task, string? kind, JudgedRecord[] records)
    {
        int[] scores = [.. records.Where(record => record.Verdict.Score is not null).Select(record => record.Verdict.Score!.Value)];
        return new JudgeCell(task, kind, records.Length, scores.Length, scores.Length == 0 ? null : scores.Average());
    }
}
