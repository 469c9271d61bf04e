using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>What the student takes from each teacher.</summary>
public sealed record CapabilitySignals
{
    /// <summary>The perception teacher's signal.</summary>
    [RecipeKey("The perception signal", Paper = "perception: layer 1, text to vision")]
    public PerceptionSignalSettings Perception { get; init; } = new();

    /// <summary>The reasoning teacher's signal.</summary>
    [RecipeKey("The reasoning signal", Paper = "reasoning: layer-group matching")]
    public ReasoningSignalSettings Reasoning { get; init; } = new();

    /// <summary>The planning teacher's signal.</summary>
    [RecipeKey("The planning signal", Paper = "planning: penultimate layer, text to vision")]
    public PlanningSignalSettings Planning { get; init; } = new();

    /// <summary>A teacher's signal.</summary>
    /// <param name="teacher">The teacher's capability.</param>
    public SignalSettings this[Capability teacher] => teacher switch
    {
        Capability.Perception => Perception,
        Capability.Reasoning => Reasoning,
        Capability.Planning => Planning,
        _ => throw new ArgumentOutOfRangeException(nameof(teacher), teacher, null),
    };
}
