namespace DriveKD.Evaluation.Metrics.Tokenization;

/// <summary>What one rule matches at a position.</summary>
/// <param name="Length">Characters taken.</param>
/// <param name="Form">What becomes of them.</param>
internal readonly record struct TokenMatch(int Length, TokenForm Form = TokenForm.Plain)
{
    /// <summary>The fixed token of <see cref="TokenForm.Replaced"/>.</summary>
    public string? Text { get; init; }

    /// <summary>Where <see cref="TokenForm.Split"/> cuts.</summary>
    public int Cut { get; init; }

    /// <summary>Characters looked at behind those taken: they count when the longest match is sought.</summary>
    public int LookAhead { get; init; }

    /// <summary>The longer of two matches; of equal ones the first, which is the earlier rule.</summary>
    public TokenMatch OrLonger(TokenMatch later) => later.Length + later.LookAhead > Length + LookAhead ? later : this;

    /// <summary>A fixed token in place of some characters.</summary>
    public static TokenMatch Replace(int length, string text) => new(length, TokenForm.Replaced) { Text = text };
}
