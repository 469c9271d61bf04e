namespace DriveKD.Runs.Recipes;

/// <summary>
/// The number format that models compute in, and that of the trained weights. At a rate of 5e-5 most updates of a bfloat16 weight are
/// smaller than its rounding: after three steps 7 % of the parameters had changed where float32 had changed 87 %. So float32 masters
/// are the default beside bfloat16, and training in bfloat16 alone has to be asked for.
/// </summary>
public enum Precision
{
    /// <summary>float32 or bfloat16, by a short measurement when the run begins, which says what it found; the run folder's recipe has the choice.</summary>
    Auto,

    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>16-bit brain floating point; gradients are summed, and the optimizer steps, in float32 copies of the trained weights.</summary>
    Bfloat16,

    /// <summary>16-bit brain floating point throughout, as the released code trains: weights, gradients and the optimizer's moments.</summary>
    Bfloat16Pure,
}
