using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Measurement;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Measuring;

/// <summary>The command line of <c>drivekd measure</c>, as it was written.</summary>
internal sealed record MeasureRequest
{
    public required IReadOnlyList<string> Folders { get; init; }

    public required string Pictures { get; init; }

    public required PixelLimits Limits { get; init; }

    public required string PromptTokens { get; init; }

    public required int NewTokens { get; init; }

    public required int Repeats { get; init; }

    public required long Seed { get; init; }

    public required string Device { get; init; }

    public required string Precision { get; init; }

    public required string Weights { get; init; }

    public required bool ShowsProfile { get; init; }

    public required bool ShowsPublished { get; init; }

    public required string? OutputFile { get; init; }

    public required bool AsJson { get; init; }

    /// <summary>Reads the lists of numbers and the name of the weights.</summary>
    /// <exception cref="InputException">One is none, a number is no whole one, or the weights have no such name.</exception>
    public MeasureSettings ToSettings()
    {
        ProblemList problems = new();
        DecodingWeights weights = DecodingWeights.Stored;
        try
        {
            weights = DecodingWeightNames.Parse(Weights);
        }
        catch (InputException exception)
        {
            problems.AddRange(exception.Problems);
        }

        MeasureSettings settings = new()
        {
            Folders = Folders,
            Pictures = Numbers("--pictures", Pictures, problems),
            Limits = Limits,
            PromptTokens = Numbers("--prompt-tokens", PromptTokens, problems),
            NewTokens = NewTokens,
            Repeats = Repeats,
            Seed = Seed,
            Device = Device,
            Precision = Precision,
            Weights = weights,
            TimesHead = ShowsProfile,
        };
        problems.ThrowIfAny();
        return settings;
    }

    private static List<int> Numbers(string option, string text, ProblemList problems)
    {
        List<int> numbers = [];
        foreach (string part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (int.TryParse(part, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number))
            {
                numbers.Add(number);
            }
            else
            {
                problems.Add(option, $"holds '{part}'; whole numbers with commas between them, such as 1,6, are expected.");
            }
        }

        return numbers;
    }
}
