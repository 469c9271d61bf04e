namespace DriveKD.Runs.Recipes.Schema;

/// <summary>A record that a recipe writes as a list with one item per key, in the order of declaration: <c>betas: [0.9, 0.999]</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class WrittenAsListAttribute : Attribute;
