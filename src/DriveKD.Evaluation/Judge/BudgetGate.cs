using DriveKD.Evaluation.Clients;

namespace DriveKD.Evaluation.Judge;

/// <summary>
/// Lets requests pass as long as the budget lasts. Those under way count as if each cost what a reply has cost on average, so that
/// many at a time overdraw a budget by one request at most, as one at a time do.
/// </summary>
internal sealed class BudgetGate(JudgeBudget budget, UsageMeter meter)
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _underWay;

    /// <summary>Waits for a place.</summary>
    /// <returns>Null: go on, and call <see cref="Leave"/> afterwards. Else why not.</returns>
    public async Task<string?> EnterAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Task change;
            lock (_gate)
            {
                UsageTotals spent = meter.Totals;
                if (budget.FindExhaustion(spent) is string why)
                {
                    return why;
                }

                if (_underWay == 0 || !budget.HasLimit || (spent.Replies > 0 && budget.FindExhaustion(WithAnother(spent)) is null))
                {
                    _underWay++;
                    return null;
                }

                change = _changed.Task;
            }

            await change.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>A request is over, and counted.</summary>
    public void Leave()
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _underWay--;
            (changed, _changed) = (_changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        changed.SetResult();
    }

    private UsageTotals WithAnother(UsageTotals spent)
    {
        double share = (double)_underWay / spent.Replies;
        return spent with
        {
            InputTokens = spent.InputTokens + (long)(share * spent.InputTokens),
            OutputTokens = spent.OutputTokens + (long)(share * spent.OutputTokens),
            Cost = spent.Cost * (1 + share),
        };
    }
}
