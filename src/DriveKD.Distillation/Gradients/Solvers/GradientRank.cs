namespace DriveKD.Distillation.Gradients.Solvers;

/// <summary>How many independent directions gradients span, told by their cosines so that their sizes do not matter.</summary>
internal static class GradientRank
{
    private const double FloatEpsilon = 1.1920929e-7;

    /// <summary>
    /// An eigenvalue of the cosines of n gradients below this is 0: gradients and their products are float32 numbers, and less is
    /// their rounding.
    /// </summary>
    /// <param name="gradients">How many.</param>
    public static double Threshold(int gradients) => gradients * FloatEpsilon;

    /// <summary>The rank of gradients of which none is 0.</summary>
    /// <param name="gram">Their inner products.</param>
    public static int Of(GramMatrix gram) => SymmetricEigen.Of(gram.Cosines()).Values.Count(value => value > Threshold(gram.Size));
}
