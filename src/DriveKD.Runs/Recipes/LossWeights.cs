using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The static weight of each loss.</summary>
public sealed record LossWeights : IRecipeRules
{
    /// <summary>Cross-entropy on the answer.</summary>
    [RecipeKey("Weight of the cross-entropy on the answer", Paper = "supervision")]
    [NumberLimits(AtLeast = 0)]
    public double Supervision { get; init; } = 1;

    /// <summary>The perception signal.</summary>
    [RecipeKey("Weight of the perception signal", Paper = "perception: layer 1, text to vision")]
    [NumberLimits(AtLeast = 0)]
    public double Perception { get; init; } = 1;

    /// <summary>The reasoning signal.</summary>
    [RecipeKey("Weight of the reasoning signal", Paper = "reasoning: layer-group matching")]
    [NumberLimits(AtLeast = 0)]
    public double Reasoning { get; init; } = 1;

    /// <summary>The planning signal.</summary>
    [RecipeKey("Weight of the planning signal", Paper = "planning: penultimate layer, text to vision")]
    [NumberLimits(AtLeast = 0)]
    public double Planning { get; init; } = 1;

    /// <summary>The weight of a capability's signal.</summary>
    /// <param name="signal">The signal's capability.</param>
    public double this[Capability signal] => signal switch
    {
        Capability.Perception => Perception,
        Capability.Reasoning => Reasoning,
        Capability.Planning => Planning,
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
    };

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (!(Supervision > 0 || Perception > 0 || Reasoning > 0 || Planning > 0))
        {
            yield return new RuleBreach(
                "every weight is 0: nothing would be learned. Give at least one loss a weight above 0",
                "supervision",
                "perception",
                "reasoning",
                "planning");
        }
    }
}
