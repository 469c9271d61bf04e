namespace DriveKD.Evaluation.Deployment;

/// <summary>A model's parameters by part. In doubles: a config is not trusted, and no size may overflow.</summary>
/// <param name="Vision">The vision tower.</param>
/// <param name="Projector">From tower to decoder.</param>
/// <param name="Embedding">The token embedding.</param>
/// <param name="Layers">The decoder's layers and its final norm.</param>
/// <param name="Head">The language-model head; 0 where it is the embedding.</param>
public sealed record WeightParts(double Vision, double Projector, double Embedding, double Layers, double Head)
{
    /// <summary>All parts.</summary>
    public double Total => Vision + Projector + Embedding + Layers + Head;

    /// <summary>Counts a model's parameters.</summary>
    /// <param name="shape">The model.</param>
    public static WeightParts Of(ModelShape shape)
    {
        VisionShape vision = shape.Vision;
        double queries = (double)shape.Heads * shape.HeadWidth;
        double keys = (double)shape.KeyValueHeads * shape.HeadWidth;
        double layer = LayerMatrices(shape) + queries + (2 * keys) + (2.0 * shape.Width);
        double rows = (double)shape.Vocabulary * shape.Width;
        return new WeightParts(
            vision.EmbeddingParameters + (vision.Layers * vision.BlockParameters),
            vision.ProjectorNormParameters + ProjectorMatrices(shape) + vision.ProjectorHidden + shape.Width,
            rows,
            (shape.Layers * layer) + shape.Width,
            shape.IsHeadTied ? 0 : rows);
    }

    /// <summary>Values in the matrices of one decoder layer.</summary>
    internal static double LayerMatrices(ModelShape shape) =>
        (2.0 * shape.Width * shape.Heads * shape.HeadWidth)
        + (2.0 * shape.Width * shape.KeyValueHeads * shape.HeadWidth)
        + (3.0 * shape.Width * shape.Intermediate);

    /// <summary>Values in the projector's matrices.</summary>
    internal static double ProjectorMatrices(ModelShape shape) =>
        ((double)shape.Vision.ProjectorInputs * shape.Vision.ProjectorHidden) + ((double)shape.Vision.ProjectorHidden * shape.Width);
}
