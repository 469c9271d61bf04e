using DriveKD.Models.Families;

namespace DriveKD.Models.Checkpoints.Creation;

/// <summary>
/// What the random values of a parameter look like. Chosen so that hidden states keep their size through any depth and attention
/// is neither flat nor one-hot: a random model then shows every mistake that a trained one would.
/// </summary>
/// <param name="Offset">The mean, or the lower end of a uniform distribution.</param>
/// <param name="Scale">The standard deviation, or the width of a uniform distribution.</param>
/// <param name="IsUniform">Uniform instead of normal.</param>
internal readonly record struct WeightDistribution(float Offset, float Scale, bool IsUniform = false)
{
    /// <summary>The distribution of a parameter.</summary>
    /// <param name="parameter">Canonical name and shape.</param>
    /// <param name="config">The model, for the depth of a layer.</param>
    public static WeightDistribution Of(ExpectedTensor parameter, ModelConfig config)
    {
        string name = parameter.Name;
        bool Ends(string ending) => name.EndsWith(ending, StringComparison.Ordinal);
        if (config.Family.Creation.DistributionOf(name, InitialValues.Testing) is WeightDistribution own)
        {
            return own;
        }

        if (Ends(".bias"))
        {
            // Biases of queries and keys move the attention; the others only shift.
            return new WeightDistribution(0, Ends("qkv.bias") || Ends("q_proj.bias") || Ends("k_proj.bias") ? 0.3f : 0.1f);
        }

        if (parameter.Shape.Length == 1)
        {
            return new WeightDistribution(1, 0.2f);
        }

        if (parameter.Name == config.Family.Names.Embedding)
        {
            return new WeightDistribution(0, 1);
        }

        double fanIn = parameter.ElementCount / parameter.Shape[0];
        return new WeightDistribution(0, (float)(Gain(name, config) / Math.Sqrt(fanIn)));
    }

    private static double Gain(string name, ModelConfig config)
    {
        bool Ends(string ending) => name.EndsWith(ending, StringComparison.Ordinal);
        if (Ends("self_attn.q_proj.weight") || Ends("self_attn.k_proj.weight"))
        {
            // Sharper with depth, as in trained models.
            int layer = int.Parse(name[config.Family.Names.Layers.Length..].Split('.')[0], System.Globalization.CultureInfo.InvariantCulture);
            return 1.3 + (0.5 * layer / Math.Max(1, config.Language.Layers - 1));
        }

        return Ends("attn.qkv.weight") || Ends("gate_proj.weight") ? 1.4
            : name == config.Family.Names.LastOfProjector ? 1.6
            : name == config.Family.Names.Head ? 2
            : 1;
    }
}
