namespace DriveKD.Models.Layers;

/// <summary>What the rounding of matrices to 8 bits changed.</summary>
/// <param name="Matrices">How many were rounded.</param>
/// <param name="Bytes">What the rounded ones take, beside the others.</param>
/// <param name="LargestRelativeError">The greatest of all rows: the length of what rounding changed over the length of the row.</param>
public sealed record QuantizedWeights(int Matrices, long Bytes, double LargestRelativeError);
