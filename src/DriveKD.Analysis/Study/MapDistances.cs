namespace DriveKD.Analysis.Study;

/// <summary>How far a model's text-to-vision maps lie from another model's on the same sample.</summary>
/// <param name="Reference">The other model.</param>
/// <param name="Cosine">1 - cosine by layer of the measured model, from the first.</param>
/// <param name="Squared">The mean squared difference by layer.</param>
public sealed record MapDistances(string Reference, double[] Cosine, double[] Squared);
