namespace DriveKD.Analysis.Measures;

/// <summary>A head-mean map as the studies compare it.</summary>
/// <param name="Full">The full map on the common grid, query cell after query cell.</param>
/// <param name="TextToVision">The text-to-vision map on its grid, text cell after text cell; null without vision tokens.</param>
/// <param name="Mass">Mean over text tokens of their attention to vision tokens; 0 without those.</param>
/// <param name="ObjectMass">The part of it that goes to the named objects; 0 without those.</param>
public sealed record MapReading(float[] Full, float[]? TextToVision, double Mass, double ObjectMass);
