namespace DriveKD.Evaluation.Clients;

/// <summary>What tokens cost, in any one currency.</summary>
/// <param name="Input">A million tokens sent.</param>
/// <param name="Output">A million tokens received.</param>
public sealed record TokenPrices(double Input, double Output)
{
    /// <summary>The cost of so many tokens.</summary>
    /// <param name="inputTokens">Tokens sent.</param>
    /// <param name="outputTokens">Tokens received.</param>
    public double CostOf(long inputTokens, long outputTokens) => ((Input * inputTokens) + (Output * outputTokens)) / 1e6;
}
