using CsCheck;
using DriveKD.Distillation.Gradients.Solvers;

namespace DriveKD.Distillation.Tests.Gradients.Solvers;

public class SymmetricEigenTests
{
    [Fact]
    public void Of_RandomMatrices_ComposesToTheMatrix() => Gen.Double[-1, 1].Array[36].Sample(
        entries =>
        {
            double[,] matrix = new double[6, 6];
            for (int row = 0; row < 6; row++)
            {
                for (int column = 0; column < 6; column++)
                {
                    matrix[row, column] = entries[(Math.Min(row, column) * 6) + Math.Max(row, column)];
                }
            }

            SymmetricEigen eigen = SymmetricEigen.Of(matrix);
            for (int column = 0; column < 6; column++)
            {
                double[] unit = new double[6];
                unit[column] = 1;
                double[] composed = eigen.Apply(value => value, unit);
                double[] same = eigen.Apply(_ => 1, unit);
                for (int row = 0; row < 6; row++)
                {
                    Assert.Equal(matrix[row, column], composed[row], 1e-13);
                    Assert.Equal(unit[row], same[row], 1e-13);
                }
            }
        },
        iter: 300);

    [Fact]
    public void Of_GradedMatrix_KeepsTheDigitsOfTheSmallEigenvalue()
    {
        // det = 1e20 * 1 - (0.5e10)^2, so that the small one is 0.75 - 0.1875 * 1e-20.
        SymmetricEigen eigen = SymmetricEigen.Of(new double[,] { { 1e20, 0.5e10 }, { 0.5e10, 1 } });
        Assert.Equal(0.75, eigen.Values.Min(), 1e-14);
    }
}
