namespace DriveKD.Distillation.Verification;

/// <summary>The stages of a recorded run, in the order in which the numbers depend on each other.</summary>
internal static class TrainerStages
{
    public const string Files = "files";
    public const string Pixels = "pixels";
    public const string Tokens = "tokens";
    public const string Order = "order of samples and steps";
    public const string LayerMapping = "layer mapping";
    public const string Attention = "attention";
    public const string Losses = "losses";
    public const string Weights = "weights and mix";
    public const string Reach = "reach of the losses";
    public const string GradientNorms = "gradient norms";
    public const string Gradients = "gradients";
    public const string Gram = "inner products";
    public const string FullCoefficients = "coefficients, full projection";
    public const string Projections = "projections";
    public const string Merged = "merged gradients";
    public const string ReleasedCoefficients = "coefficients, as released";
    public const string CombinedNorms = "combined norms";
    public const string Combined = "combined gradients";
    public const string AccumulatedNorms = "accumulated norms";
    public const string Accumulated = "accumulated gradients";
    public const string Rate = "learning rate";
    public const string ParameterNorms = "norms of parameter changes";
    public const string Parameters = "parameter changes";
    public const string WindowLosses = "losses of windows";
    public const string Reweighting = "reweighting";
    public const string ReweightedWeights = "reweighted weights";

    /// <summary>Something that kept the case from being run to its end.</summary>
    public const string Case = "case";

    /// <summary>What the golden holds and nothing here was compared with.</summary>
    public const string NotCompared = "not compared";

    /// <summary>Every stage with its tolerance, in order.</summary>
    public static IReadOnlyList<(string Name, double Tolerance, bool IsRelative)> Float32 { get; } =
    [
        (Files, TrainerTolerances.Exact, false),
        (Pixels, Models.Verification.ModelTolerances.Pixel, false),
        (Tokens, TrainerTolerances.Exact, false),
        (Order, TrainerTolerances.Exact, false),
        (LayerMapping, TrainerTolerances.Exact, false),
        (Attention, Models.Verification.ModelTolerances.Attention, false),
        (Losses, TrainerTolerances.Loss, true),
        (Weights, TrainerTolerances.Weight, true),
        (Reach, TrainerTolerances.Reach, false),
        (GradientNorms, TrainerTolerances.GradientNorm, true),
        (Gradients, TrainerTolerances.Gradient, true),
        (Gram, TrainerTolerances.InnerProduct, true),
        (FullCoefficients, TrainerTolerances.Projection, true),
        (Projections, TrainerTolerances.Exact, false),
        (Merged, TrainerTolerances.InnerProduct, true),
        (ReleasedCoefficients, TrainerTolerances.Coefficients, true),
        (CombinedNorms, TrainerTolerances.GradientNorm, true),
        (Combined, TrainerTolerances.Gradient, true),
        (AccumulatedNorms, TrainerTolerances.GradientNorm, true),
        (Accumulated, TrainerTolerances.Gradient, true),
        (Rate, TrainerTolerances.Rate, true),
        (ParameterNorms, TrainerTolerances.ParameterChange, true),
        (Parameters, TrainerTolerances.ParameterChange, true),
        (WindowLosses, TrainerTolerances.Loss, true),
        (Reweighting, TrainerTolerances.GradientNorm, true),
        (ReweightedWeights, TrainerTolerances.Reweighting, true),
        (Case, TrainerTolerances.Exact, false),
        (NotCompared, TrainerTolerances.Exact, false),
    ];

    /// <summary>The same for a run in bfloat16, which tells orders of magnitude only.</summary>
    public static IReadOnlyList<(string Name, double Tolerance, bool IsRelative)> Bfloat16 { get; } =
    [
        .. Float32.Select(stage => stage.Name switch
        {
            Losses or WindowLosses => stage with { Tolerance = TrainerTolerances.Bfloat16Loss },
            GradientNorms or CombinedNorms or AccumulatedNorms or ParameterNorms or Reweighting => stage with { Tolerance = TrainerTolerances.Bfloat16Norm },
            Merged or Gram or ReleasedCoefficients => stage with { Tolerance = TrainerTolerances.Bfloat16InnerProduct },
            Weights or ReweightedWeights => stage with { Tolerance = TrainerTolerances.Bfloat16Weight },
            _ => stage,
        }),
    ];
}
