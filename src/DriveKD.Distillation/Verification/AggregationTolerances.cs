namespace DriveKD.Distillation.Verification;

/// <summary>How far coefficients may be from recorded ones, relative, and why.</summary>
internal static class AggregationTolerances
{
    /// <summary>A formula or a linear system in float64 on both sides: the rounding of graded matrices.</summary>
    public const double Formula = 1e-6;

    /// <summary>A quadratic program or an eigenvalue decomposition, solved by a library to its own accuracy.</summary>
    public const double Program = 1e-4;

    /// <summary>
    /// The excess of the recorded squared norm over the smallest one. The reference's Frank-Wolfe iteration closes in slowly where gradients are
    /// nearly aligned or differ much in length (1e-5 of excess at a ratio of 10,000); the solution itself is met to rounding where it ends.
    /// </summary>
    public const double FrankWolfe = 1e-4;

    /// <summary>The excess of the objective that an interior point solver leaves, and the norm of what is added to the mean gradient.</summary>
    public const double InteriorPoint = 1e-6;

    /// <summary>What the reference adds to the diagonal, as a share of the trace, before it projects onto the dual cone.</summary>
    public const double ReferenceRegularization = 1e-4;

    /// <summary>The share of the root of the trace below which the reference takes CAGrad's g_w for 0.</summary>
    public const double ReferenceStationary = 1e-4;
}
