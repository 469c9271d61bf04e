using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;

namespace DriveKD.Analysis.Measures;

/// <summary>What the measures leave open. Profiles can be compared where these are equal.</summary>
public sealed record MeasureOptions
{
    /// <summary>G: cells along the queries and along the keys of a full map.</summary>
    public int FullMapCells { get; init; } = 16;

    /// <summary>Cells along the text of a text-to-vision map.</summary>
    public int TextCells { get; init; } = 8;

    /// <summary>Cells along the vision tokens of a text-to-vision map, over all pictures.</summary>
    public int VisionCells { get; init; } = 64;

    /// <summary>Bins of normalised answer position; a shorter answer has no margin.</summary>
    public int MarginBins { get; init; } = 10;

    /// <summary>What logits are divided by before the margin's softmax.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>Which token's probability the margin starts from.</summary>
    public MarginReading Margin { get; init; } = MarginReading.Answer;

    /// <summary>Refuses what cannot be measured with.</summary>
    /// <exception cref="InputException">A number of cells or bins is below 1, or the temperature is not above 0; all at once.</exception>
    public void Check()
    {
        List<Problem> problems = [];
        foreach ((string name, int value) in new[]
        {
            (nameof(FullMapCells), FullMapCells), (nameof(TextCells), TextCells), (nameof(VisionCells), VisionCells), (nameof(MarginBins), MarginBins),
        })
        {
            if (value < 1)
            {
                problems.Add(new Problem(name, $"is {value}; at least 1 is expected."));
            }
        }

        if (!(Temperature > 0 && double.IsFinite(Temperature)))
        {
            problems.Add(new Problem(nameof(Temperature), FormattableString.Invariant($"is {Temperature}; a number above 0 is expected.")));
        }

        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }
    }
}
