namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>The plain sum, "no projection" in the paper: every coefficient is 1.</summary>
internal sealed class Sum : GramWeighting
{
    /// <inheritdoc />
    public override double[] Weigh(GramMatrix gram) => [.. Enumerable.Repeat(1.0, gram.Size)];
}
