namespace DriveKD.Evaluation.Deployment;

/// <summary>
/// Floating-point operations of matrix products, a multiplication and an addition counted as two; norms, activations and softmax are left
/// out, being below a hundredth.
/// </summary>
internal static class FlopCount
{
    /// <summary>The vision tower over all units.</summary>
    public static double Tower(VisionShape vision, double units)
    {
        double positions = units * vision.PositionsPerUnit;
        return vision.Layers * positions * ((2 * vision.BlockMatrices) + (4 * vision.AttendedPositions * vision.Width));
    }

    /// <summary>The projector over all units.</summary>
    public static double Projector(ModelShape shape, double units) => 2 * WeightParts.ProjectorMatrices(shape) * units * shape.Vision.TokensPerUnit;

    /// <summary>The matrices of one decoder layer over a sequence.</summary>
    public static double LayerMatrices(ModelShape shape, double tokens) => 2 * WeightParts.LayerMatrices(shape) * tokens;

    /// <summary>Scores and their product with the values in one decoder layer, every query with every key.</summary>
    public static double LayerAttention(ModelShape shape, double queries, double keys) => 4.0 * queries * keys * shape.Heads * shape.HeadWidth;

    /// <summary>The head.</summary>
    public static double Head(ModelShape shape, double tokens) => 2.0 * shape.Vocabulary * shape.Width * tokens;
}
