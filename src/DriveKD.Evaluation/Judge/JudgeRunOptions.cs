using DriveKD.Evaluation.Clients;

namespace DriveKD.Evaluation.Judge;

/// <summary>How a file is judged.</summary>
public sealed record JudgeRunOptions
{
    /// <summary>Who judges, and how.</summary>
    public required JudgeIdentity Identity { get; init; }

    /// <summary>Replies already paid for; null asks everything anew.</summary>
    public JudgeCache? Cache { get; init; }

    /// <summary>What may be spent.</summary>
    public JudgeBudget Budget { get; init; } = new();

    /// <summary>What tokens cost; null where it is not known.</summary>
    public TokenPrices? Prices { get; init; }

    /// <summary>How often each answer is judged, at least once; the first time counts, the others measure the judge's agreement with itself.</summary>
    public int Repeats { get; init; } = 1;

    /// <summary>Answers judged at a time.</summary>
    public int Concurrency { get; init; } = 1;
}
