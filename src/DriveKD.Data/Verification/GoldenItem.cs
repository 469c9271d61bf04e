namespace DriveKD.Data.Verification;

/// <summary>One tensor or value of a compared stage.</summary>
/// <param name="Name">As the golden names it.</param>
/// <param name="Compared">How many numbers it holds.</param>
/// <param name="WorstAbsolute">The largest absolute difference.</param>
/// <param name="WorstRelative">The largest relative difference.</param>
/// <param name="Passed">Whether every number lies within the stage's tolerance.</param>
public sealed record GoldenItem(string Name, long Compared, double WorstAbsolute, double WorstRelative, bool Passed);
