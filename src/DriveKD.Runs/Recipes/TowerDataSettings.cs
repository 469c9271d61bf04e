using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>The pictures of a tower's training: one of each scene.</summary>
public sealed record TowerDataSettings
{
    /// <summary>Scenes to train on.</summary>
    [RecipeKey("Scenes to train on, one picture of each; they are drawn at the start and kept in memory (21 KB for 84 pixels)")]
    [NumberLimits(AtLeast = 1, AtMost = 1_000_000)]
    public int Scenes { get; init; } = 8000;

    /// <summary>Scenes that are only looked at.</summary>
    [RecipeKey("Scenes that are only looked at, to measure how well the tower sees")]
    [NumberLimits(AtLeast = 1, AtMost = 1_000_000)]
    public int HeldOut { get; init; } = 500;

    /// <summary>How hard scenes are.</summary>
    [RecipeKey("How hard scenes are: a straight road of three lanes, open roads, or a town")]
    public WorldLevel Level { get; init; } = WorldLevel.Lesson;

    /// <summary>What the scenes are drawn from.</summary>
    [RecipeKey("The seed of the scenes: the same one gives the same pictures to every run")]
    [NumberLimits(AtLeast = 0)]
    public long Seed { get; init; } = 1;
}
