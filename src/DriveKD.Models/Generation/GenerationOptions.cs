using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Models.Generation;

/// <summary>How the next token is chosen and when to stop.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens that are generated for one prompt.</summary>
    public int MaxNewTokens { get; init; } = 256;

    /// <summary>0 chooses the likeliest token (greedy); above 0 logits are divided by it and a token is drawn.</summary>
    public double Temperature { get; init; }

    /// <summary>Only the k likeliest tokens may be drawn; 0 allows all.</summary>
    public int TopK { get; init; }

    /// <summary>Only the smallest set of likeliest tokens whose probabilities reach this may be drawn; 1 allows all.</summary>
    public double TopP { get; init; } = 1;

    /// <summary>Logits of tokens already in the sequence are divided (if positive) or multiplied (if negative) by it; 1 leaves them.</summary>
    public double RepetitionPenalty { get; init; } = 1;

    /// <summary>Seed of the draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Generation of a row ends at any of these ids; the id itself is not part of the answer.</summary>
    public IReadOnlySet<int> StopTokens { get; init; } = new HashSet<int>();

    /// <summary>Tokens are drawn rather than chosen.</summary>
    public bool IsSampling => Temperature > 0;

    /// <summary>Refuses values that make no sense, all at once.</summary>
    /// <exception cref="InputException">At least one value is out of range.</exception>
    public void Validate()
    {
        List<Problem> problems = [];
        void Require(bool holds, string name, double value, string expected)
        {
            if (!holds)
            {
                problems.Add(new Problem(name, $"is {value.ToString(CultureInfo.InvariantCulture)}; {expected} is expected."));
            }
        }

        Require(MaxNewTokens >= 1, "max-new-tokens", MaxNewTokens, "at least 1");
        Require(double.IsFinite(Temperature) && Temperature >= 0, "temperature", Temperature, "0 (greedy) or more");
        Require(TopK >= 0, "top-k", TopK, "0 (all tokens) or more");
        Require(TopP is > 0 and <= 1, "top-p", TopP, "above 0 and at most 1");
        Require(double.IsFinite(RepetitionPenalty) && RepetitionPenalty > 0, "repetition-penalty", RepetitionPenalty, "above 0");
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }
    }
}
