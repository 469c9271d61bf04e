namespace DriveKD.Evaluation.Judge;

/// <summary>One thing that a judge gives points for.</summary>
/// <param name="Name">As the published sheets name it.</param>
/// <param name="Points">The most points.</param>
/// <param name="Meaning">What to look at, in our own words.</param>
/// <param name="IsAllOrNothing">Either all points or none.</param>
public sealed record RubricCriterion(string Name, int Points, string Meaning, bool IsAllOrNothing = false);
