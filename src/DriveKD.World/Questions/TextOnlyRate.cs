namespace DriveKD.World.Questions;

/// <summary>How much can be guessed without a picture.</summary>
/// <param name="Questions">How many were asked.</param>
/// <param name="Majority">Share that the most frequent answer of each kind meets.</param>
/// <param name="TextOnly">Share that a classifier over the words of the question meets.</param>
public sealed record TextOnlyRate(int Questions, double Majority, double TextOnly);
