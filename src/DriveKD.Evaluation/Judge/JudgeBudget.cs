using System.Globalization;
using DriveKD.Evaluation.Clients;

namespace DriveKD.Evaluation.Judge;

/// <summary>What a run may spend. A request under way when it is used up is finished; no new one is sent.</summary>
/// <param name="MaxTokens">Tokens in both directions; null for no limit.</param>
/// <param name="MaxCost">Money, in the currency of the prices; null for no limit.</param>
public sealed record JudgeBudget(long? MaxTokens = null, double? MaxCost = null)
{
    /// <summary>There is a limit at all.</summary>
    public bool HasLimit => MaxTokens is not null || MaxCost is not null;

    /// <summary>Says that the budget is used up, if it is.</summary>
    /// <param name="spent">What was spent in this run.</param>
    /// <returns>A sentence for people, or null.</returns>
    public string? FindExhaustion(UsageTotals spent) =>
        MaxTokens is long tokens && spent.Tokens >= tokens
            ? string.Create(CultureInfo.InvariantCulture, $"the budget of {tokens} tokens is used up")
        : MaxCost is double cost && spent.Cost >= cost
            ? string.Create(CultureInfo.InvariantCulture, $"the budget of {cost:0.######} is used up")
        : null;
}
