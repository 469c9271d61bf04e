namespace DriveKD.Runs.Recipes.Schema;

/// <summary>Keys of one part of a recipe that do not agree with each other.</summary>
/// <param name="What">What was found, what was expected, what to do.</param>
/// <param name="Keys">Every key the rule reads, dotted, relative to the part that holds the rule; the first is the one to report.</param>
public sealed record RuleBreach(string What, params string[] Keys);
