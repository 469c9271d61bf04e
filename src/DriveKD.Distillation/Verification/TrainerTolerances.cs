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

    /// <summary>Absolute, of a norm: a product that small has no certain sign, and what a projection takes away for it is rounding.</summary>
    public const double Negligible = 1e-5;

    /// <summary>How the weights are disturbed, in their last digits, to see what rounding alone does to a number.</summary>
    public const double Disturbance = 1e-7;

    /// <summary>
    /// From step to step rounding grows. A number beyond its bound by no more than this many times what one such disturbance moves it
    /// by says nothing: one draw may hit it less than the two implementations' rounding does. Changes of parameters likewise, in norm.
    /// </summary>
    public const double Disturbances = 4;

    /// <summary>Losses of a run in bfloat16, whose numbers have two to three digits (measured: 3 %): for orientation.</summary>
    public const double Bfloat16Loss = 0.1;

    /// <summary>Norms of gradients in bfloat16 (measured: 11 %): for orientation.</summary>
    public const double Bfloat16Norm = 0.25;

    /// <summary>Inner products and coefficients in bfloat16 (measured: 21 %): for orientation.</summary>
    public const double Bfloat16InnerProduct = 2 * Bfloat16Norm;

    /// <summary>Learned weights of a run in bfloat16: they move by a rate of 3e-4, whatever the gradients are exactly.</summary>
    public const double Bfloat16Weight = 1e-3;

    /// <summary>As <see cref="Negligible"/>, in bfloat16.</summary>
    public const double Bfloat16Negligible = 0.05;
}
