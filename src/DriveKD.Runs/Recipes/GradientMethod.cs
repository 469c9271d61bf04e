namespace DriveKD.Runs.Recipes;

/// <summary>How the gradients of the tasks become one update. docs/GRADIENTS.md has the formulas.</summary>
public enum GradientMethod
{
    /// <summary>The plain sum.</summary>
    Sum,

    /// <summary>The plain sum with supervision counted once per present capability, as asymmetric projection counts it.</summary>
    SumPerCapability,

    /// <summary>Asymmetric gradient projection: both stages.</summary>
    Agp,

    /// <summary>Its first stage alone: signals give way to supervision.</summary>
    G1,

    /// <summary>Its second stage alone: capabilities give way to each other.</summary>
    G2,

    /// <summary>Projecting conflicting gradients.</summary>
    Pcgrad,

    /// <summary>Gradient vaccine.</summary>
    Gradvac,

    /// <summary>Conflict-averse gradient descent.</summary>
    Cagrad,

    /// <summary>The multiple-gradient descent algorithm: the shortest convex combination.</summary>
    Mgda,

    /// <summary>Impartial multi-task learning, the part on gradients: equal projections.</summary>
    ImtlG,

    /// <summary>The Nash bargaining solution.</summary>
    NashMtl,

    /// <summary>Alignment of the principal components.</summary>
    AlignedMtl,

    /// <summary>The mean of each gradient's projection onto the cone without conflict.</summary>
    Upgrad,

    /// <summary>The projection of the mean gradient onto the cone without conflict.</summary>
    Dualproj,
}
