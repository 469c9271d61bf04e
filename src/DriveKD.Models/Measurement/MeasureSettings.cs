using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;

namespace DriveKD.Models.Measurement;

/// <summary>What is measured, and how often.</summary>
public sealed record MeasureSettings
{
    // Six cameras, several moments of each: more is a mistake of the keyboard.
    private const int MostPictures = 1024;

    /// <summary>The model folder, then those that it is compared with.</summary>
    public required IReadOnlyList<string> Folders { get; init; }

    /// <summary>Numbers of pictures; each is combined with every length of text.</summary>
    public IReadOnlyList<int> Pictures { get; init; } = [1, 6];

    /// <summary>Areas of pictures in place of the models' own.</summary>
    public PixelLimits Limits { get; init; } = PixelLimits.Own;

    /// <summary>Tokens of text in the prompt; those of the pictures come on top.</summary>
    public IReadOnlyList<int> PromptTokens { get; init; } = [64, 512];

    /// <summary>Tokens of every answer: exactly as many, no stop token ends it.</summary>
    public int NewTokens { get; init; } = 64;

    /// <summary>Answers per model and case that count; one more warms up.</summary>
    public int Repeats { get; init; } = 5;

    /// <summary>Seed of the pictures and the token ids.</summary>
    public long Seed { get; init; }

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    public string Device { get; init; } = Devices.Automatic;

    /// <summary>float32, bfloat16, or auto: the faster on this machine for the first model.</summary>
    public string Precision { get; init; } = Precisions.Automatic;

    /// <summary>The weights that tokens are decoded with.</summary>
    public DecodingWeights Weights { get; init; } = DecodingWeights.Stored;

    /// <summary>Whether the output head is timed too.</summary>
    public bool TimesHead { get; init; }

    /// <summary>Every combination of pictures and text, without repetition.</summary>
    public IReadOnlyList<MeasureCase> Cases =>
        [.. Pictures.Distinct().SelectMany(pictures => PromptTokens.Distinct().Select(tokens => new MeasureCase(pictures, tokens)))];

    /// <summary>What is out of range.</summary>
    public IReadOnlyList<Problem> Check()
    {
        List<Problem> problems = [];
        void Require(bool holds, string name, long value, string expected)
        {
            if (!holds)
            {
                problems.Add(new Problem(name, string.Create(CultureInfo.InvariantCulture, $"is {value}; {expected} is expected.")));
            }
        }

        foreach (int pictures in Pictures)
        {
            Require(pictures is >= 0 and <= MostPictures, "pictures", pictures, $"0 (text alone) to {MostPictures}");
        }

        foreach (int tokens in PromptTokens)
        {
            Require(tokens >= 1, "prompt-tokens", tokens, "at least 1");
        }

        Require(NewTokens >= 2, "new-tokens", NewTokens, "at least 2 (the second is the first to be decoded)");
        Require(Repeats >= 1, "repeats", Repeats, "at least 1");
        if (Cases.Count == 0)
        {
            problems.Add(new Problem(Pictures.Count == 0 ? "pictures" : "prompt-tokens", "lists no number; at least one is expected."));
        }

        return problems;
    }
}
