namespace DriveKD.Runs.Recipes.Schema;

/// <summary>A part of a recipe whose keys must agree with each other.</summary>
public interface IRecipeRules
{
    /// <summary>
    /// Every disagreement. Called after the keys are read; values that failed to read still hold their defaults (required texts
    /// null), and a breach that names such a key is dropped, because its cause is already reported.
    /// </summary>
    IEnumerable<RuleBreach> FindBreaches();
}
