namespace DriveKD.Runs.Recipes.Schema;

/// <summary>A list key that a single value may stand for.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class OneOrManyAttribute : Attribute;
