using DriveKD.Distillation.Gradients.Solvers;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// Aligned-MTL (Senushkin, Patakin, Kuznetsov and Konushin, <em>Independent Component Alignment for Multi-Task Learning</em>, CVPR 2023): the
/// principal components of the gradients are all given one size, so that the matrix of gradients has condition number 1, and the mean is
/// taken. With G = V diag(lambda) V^T: coefficients = sqrt(s) V diag(1 / sqrt(lambda)) V^T (1/n, ...), s a statistic of the lambda.
/// Components of dependent or zero gradients are left out; how many are left is told by the cosines.
/// </summary>
/// <param name="scale">The statistic: smallest, median or mean of the eigenvalues.</param>
internal sealed class AlignedMtl(AlignedScale scale) : GramWeighting
{
    /// <inheritdoc />
    public override double[] Weigh(GramMatrix gram)
    {
        int[] present = [.. Enumerable.Range(0, gram.Size).Where(task => gram.Norm(task) > 0)];
        if (present.Length == 0)
        {
            return new double[gram.Size];
        }

        GramMatrix part = gram.Part(present);
        SymmetricEigen eigen = SymmetricEigen.Of(Values(part));
        double[] kept = [.. eigen.Values.OrderDescending().Take(GradientRank.Of(part))];
        double size = Math.Sqrt(scale switch
        {
            AlignedScale.Min => kept[^1],
            AlignedScale.Median => kept[kept.Length / 2],
            AlignedScale.Rmse => kept.Average(),
            _ => throw new InvalidOperationException($"Aligned-MTL has no scale {scale}."),
        });
        double[] weights = eigen.Apply(
            value => value >= kept[^1] ? size / Math.Sqrt(value) : 0, [.. Enumerable.Repeat(1.0 / gram.Size, present.Length)]);
        double[] coefficients = new double[gram.Size];
        for (int index = 0; index < present.Length; index++)
        {
            coefficients[present[index]] = weights[index];
        }

        return coefficients;
    }

    private static double[,] Values(GramMatrix gram)
    {
        double[,] values = new double[gram.Size, gram.Size];
        for (int row = 0; row < gram.Size; row++)
        {
            for (int column = 0; column < gram.Size; column++)
            {
                values[row, column] = gram[row, column];
            }
        }

        return values;
    }
}
