using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>How much each teacher gives to a sample.</summary>
public sealed record MixingRow : IRecipeRules
{
    /// <summary>The perception teacher's share.</summary>
    [RecipeKey("The perception teacher's share; at 0 it is not run", Paper = "multi-teacher mixing")]
    [NumberLimits(AtLeast = 0)]
    public required double Perception { get; init; }

    /// <summary>The reasoning teacher's share.</summary>
    [RecipeKey("The reasoning teacher's share; at 0 it is not run", Paper = "multi-teacher mixing")]
    [NumberLimits(AtLeast = 0)]
    public required double Reasoning { get; init; }

    /// <summary>The planning teacher's share.</summary>
    [RecipeKey("The planning teacher's share; at 0 it is not run", Paper = "multi-teacher mixing")]
    [NumberLimits(AtLeast = 0)]
    public required double Planning { get; init; }

    /// <summary>A teacher's share as it was written.</summary>
    /// <param name="teacher">The teacher's capability.</param>
    public double this[Capability teacher] => teacher switch
    {
        Capability.Perception => Perception,
        Capability.Reasoning => Reasoning,
        Capability.Planning => Planning,
        _ => throw new ArgumentOutOfRangeException(nameof(teacher), teacher, null),
    };

    /// <summary>The same row with sum 1.</summary>
    public MixingRow Normalized()
    {
        // Shares may be as large as a double holds; scaling by the largest first keeps the sum finite.
        double largest = Math.Max(Perception, Math.Max(Reasoning, Planning));
        double sum = (Perception / largest) + (Reasoning / largest) + (Planning / largest);
        return new MixingRow
        {
            Perception = Perception / largest / sum,
            Reasoning = Reasoning / largest / sum,
            Planning = Planning / largest / sum,
        };
    }

    /// <inheritdoc />
    public IEnumerable<RuleBreach> FindBreaches()
    {
        if (!(Perception > 0 || Reasoning > 0 || Planning > 0))
        {
            yield return new RuleBreach(
                "every share of this row is 0: a sample of this capability would have no teacher. Give at least one teacher a share; for "
                + "training without teachers set the three weights of distillation.weights to 0",
                "perception",
                "reasoning",
                "planning");
        }
    }
}
