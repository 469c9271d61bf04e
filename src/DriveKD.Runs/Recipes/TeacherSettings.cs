using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The checkpoint folders of the frozen teachers. A teacher that no sample uses may be left out.</summary>
public sealed record TeacherSettings
{
    /// <summary>The perception teacher's folder.</summary>
    [RecipeKey("The checkpoint folder of the perception teacher; may be left out where no sample uses it", Paper = "perception teacher")]
    [RecipePath(RecipePathKind.InputFolder)]
    public string? Perception { get; init; }

    /// <summary>The reasoning teacher's folder.</summary>
    [RecipeKey("The checkpoint folder of the reasoning teacher; may be left out where no sample uses it", Paper = "reasoning teacher")]
    [RecipePath(RecipePathKind.InputFolder)]
    public string? Reasoning { get; init; }

    /// <summary>The planning teacher's folder.</summary>
    [RecipeKey("The checkpoint folder of the planning teacher; may be left out where no sample uses it", Paper = "planning teacher")]
    [RecipePath(RecipePathKind.InputFolder)]
    public string? Planning { get; init; }

    /// <summary>A teacher's folder, or null where it was left out.</summary>
    /// <param name="teacher">The teacher's capability.</param>
    public string? this[Capability teacher] => teacher switch
    {
        Capability.Perception => Perception,
        Capability.Reasoning => Reasoning,
        Capability.Planning => Planning,
        _ => throw new ArgumentOutOfRangeException(nameof(teacher), teacher, null),
    };
}
