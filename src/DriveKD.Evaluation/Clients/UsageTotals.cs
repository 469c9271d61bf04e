namespace DriveKD.Evaluation.Clients;

/// <summary>What was asked of a model up to now, and what it took.</summary>
public sealed record UsageTotals
{
    /// <summary>Requests sent, repeated ones included.</summary>
    public required long Requests { get; init; }

    /// <summary>Requests that repeated one that had failed.</summary>
    public required long Retries { get; init; }

    /// <summary>Replies that came.</summary>
    public required long Replies { get; init; }

    /// <summary>Tokens sent.</summary>
    public required long InputTokens { get; init; }

    /// <summary>Tokens received.</summary>
    public required long OutputTokens { get; init; }

    /// <summary>Replies whose tokens the server did not count; they are estimated as a quarter of the characters.</summary>
    public required long EstimatedReplies { get; init; }

    /// <summary>The cost in the currency of the prices; null where no prices are known.</summary>
    public required double? Cost { get; init; }

    /// <summary>Tokens in both directions.</summary>
    public long Tokens => InputTokens + OutputTokens;
}
