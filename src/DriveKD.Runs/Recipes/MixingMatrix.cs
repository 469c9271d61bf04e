using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The 3 x 3 mixing matrix: rows are sample capabilities, columns are teachers.</summary>
public sealed record MixingMatrix
{
    /// <summary>The teachers of a perception sample.</summary>
    [RecipeKey("The teachers of a perception sample; a row is written whole", Paper = "multi-teacher mixing")]
    public MixingRow Perception { get; init; } = new() { Perception = 0.8, Reasoning = 0.1, Planning = 0.1 };

    /// <summary>The teachers of a reasoning sample.</summary>
    [RecipeKey("The teachers of a reasoning sample; a row is written whole", Paper = "multi-teacher mixing")]
    public MixingRow Reasoning { get; init; } = new() { Perception = 0.1, Reasoning = 0.8, Planning = 0.1 };

    /// <summary>The teachers of a planning sample.</summary>
    [RecipeKey("The teachers of a planning sample; a row is written whole", Paper = "multi-teacher mixing")]
    public MixingRow Planning { get; init; } = new() { Perception = 0.1, Reasoning = 0.1, Planning = 0.8 };

    /// <summary>The row as it was written, for a sample of a capability.</summary>
    /// <param name="sample">The sample's capability.</param>
    public MixingRow this[Capability sample] => sample switch
    {
        Capability.Perception => Perception,
        Capability.Reasoning => Reasoning,
        Capability.Planning => Planning,
        _ => throw new ArgumentOutOfRangeException(nameof(sample), sample, null),
    };
}
