using DriveKD.Data.Errors;

namespace DriveKD.Models.Measurement.Decoding;

/// <summary>What of the decoding of single tokens is measured, and how often.</summary>
public sealed record DecodeSettings
{
    /// <summary>The shape whose decoder is measured, with random weights.</summary>
    public string Shape { get; init; } = "1B";

    /// <summary>A model folder whose decoder is measured in place of a shape; null for the shape.</summary>
    public string? Folder { get; init; }

    /// <summary>Tokens of the prompt whose prefill is timed.</summary>
    public int PrefillTokens { get; init; } = 512;

    /// <summary>float32 or bfloat16, one after the other.</summary>
    public IReadOnlyList<string> Precisions { get; init; } = [Tensors.Precisions.NameOf(TorchSharp.torch.ScalarType.BFloat16)];

    /// <summary>Whether products and steps with weights of 8 bits are measured too.</summary>
    public bool MeasuresInt8 { get; init; } = true;

    /// <summary>Whether whole steps are measured, and not only products.</summary>
    public bool MeasuresSteps { get; init; } = true;

    /// <summary>Rounds that count; one more warms up.</summary>
    public int Rounds { get; init; } = 5;

    /// <summary>Tokens before the first that is decoded.</summary>
    public int PromptTokens { get; init; } = 64;

    /// <summary>Tokens decoded in a round.</summary>
    public int NewTokens { get; init; } = 16;

    /// <summary>Bytes that are read for the bandwidth, and at least so many of weights in a row: more than the caches hold.</summary>
    public long BufferBytes { get; init; } = 512L << 20;

    /// <summary>Refuses what is out of range, all at once.</summary>
    /// <exception cref="InputException">At least one value is.</exception>
    public void Validate()
    {
        List<Problem> problems = [];
        void Require(bool holds, string name, long value, string expected)
        {
            if (!holds)
            {
                problems.Add(new Problem(name, FormattableString.Invariant($"is {value}; {expected} is expected.")));
            }
        }

        Require(Rounds >= 1, "rounds", Rounds, "at least 1");
        Require(PrefillTokens >= 16, "prefill-tokens", PrefillTokens, "at least 16");
        Require(PromptTokens >= 1, "prompt-tokens", PromptTokens, "at least 1");
        Require(NewTokens >= 1, "new-tokens", NewTokens, "at least 1");
        Require(BufferBytes is >= 1 << 20 and <= 1L << 30, "buffer-bytes", BufferBytes, "1 MiB to 1 GiB");
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }
    }
}
