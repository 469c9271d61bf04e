namespace DriveKD.Distillation.Verification;

/// <summary>
/// What a float32 implementation may differ from the recorded trainer: the bounds of golden/trainer/README.md, which measured what a
/// disturbance of 1e-7 in the weights does. Relative unless said otherwise.
/// </summary>
internal static class TrainerTolerances
{
    /// <summary>Ids, labels, orders, names of tasks, layers.</summary>
    public const double Exact = 0;

    /// <summary>Losses of a sample and their means.</summary>
    public const double Loss = 1e-5;

    /// <summary>Loss weights and mixing shares.</summary>
    public const double Weight = 1e-5;

    /// <summary>Absolute: shares of the parameters, recorded with nine digits.</summary>
    public const double Reach = 1e-6;

    /// <summary>Norms of gradients, single, merged, combined or accumulated, and what reweighting computes of them.</summary>
    public const double GradientNorm = 1e-4;

    /// <summary>Flattened gradients, of their norm (rounding alone: 7e-6).</summary>
    public const double Gradient = 5e-5;

    /// <summary>Inner products, of the product of both norms, each of which may be off by a gradient's bound.</summary>
    public const double InnerProduct = 2 * Gradient;

    /// <summary>Coefficients of our gradients, by what their difference makes of the update: they follow the inner products.</summary>
    public const double Coefficients = InnerProduct;

    /// <summary>Coefficients computed of the recorded inner products, and the table of projections.</summary>
    public const double Projection = 1e-6;

    /// <summary>Learned weights and their raw values.</summary>
    public const double Reweighting = 1e-5;

    /// <summary>Learning rates.</summary>
    public const double Rate = 1e-7;

    /// <summary>
    /// Parameters after minus before, of the norm, without the vision tower's key biases: their true gradient is 0, so AdamW makes whole
    /// steps of its rounding.
    /// </summary>
    public const double ParameterChange = 1e-3;

    /// <summary>Losses and gradients of attention maps in the table of losses.</summary>
    public const double LossTable = 1e-5;

    /// <summary>Losses of a run in bfloat16, whose steps are 0.4 %: for orientation.</summary>
    public const double Bfloat16Loss = 0.02;

    /// <summary>Norms of a run in bfloat16: for orientation.</summary>
    public const double Bfloat16Norm = 0.1;
}
