using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>
/// The values that a small model is trained from. Matrices have a deviation of 0.7 / sqrt(inputs); those of the decoder that write into
/// the residual stream are divided by sqrt(2 layers) besides, so that the stream keeps its size through any depth (Radford et al. 2019).
/// </summary>
internal static class TrainingDistribution
{
    private const double Gain = 0.7;

    /// <summary>The distribution of a parameter.</summary>
    /// <param name="parameter">Canonical name and shape.</param>
    /// <param name="config">The model, for its depth.</param>
    public static WeightDistribution Of(ExpectedTensor parameter, ModelConfig config)
    {
        string name = parameter.Name;
        bool Ends(string ending) => name.EndsWith(ending, StringComparison.Ordinal);
        if (config.Family.Creation.DistributionOf(name, InitialValues.Training) is WeightDistribution own)
        {
            return own;
        }

        if (Ends(".bias"))
        {
            return new WeightDistribution(0, 0);
        }

        if (parameter.Shape.Length == 1)
        {
            // Norms and layer scales: the small scales of deep towers would leave three blocks without effect for most of a short training.
            return new WeightDistribution(1, 0);
        }

        if (name == config.Family.Names.Embedding)
        {
            return new WeightDistribution(0, 0.4f);
        }

        double deviation = Gain / Math.Sqrt(parameter.ElementCount / parameter.Shape[0]);
        return new WeightDistribution(0, (float)(Ends("o_proj.weight") || Ends("down_proj.weight") ? deviation / Math.Sqrt(2 * config.Language.Layers) : deviation));
    }
}
