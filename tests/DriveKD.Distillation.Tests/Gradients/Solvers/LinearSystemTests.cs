using DriveKD.Distillation.Gradients.Solvers;

namespace DriveKD.Distillation.Tests.Gradients.Solvers;

public class LinearSystemTests
{
    [Fact]
    public void TrySolve_ZeroOnTheDiagonal_ExchangesRows()
    {
        double[,] matrix = { { 0, 2, 1 }, { 1, 0, 0 }, { 3, 0, 1 } };
        double[] solved = Assert.IsType<double[]>(LinearSystem.TrySolve(matrix, [7.0, 1, 6]));
        VectorTasks.AssertNear([1, 2, 3], solved, 1, 1e-14);
        Assert.Equal(0, matrix[0, 0]);
    }

    [Fact]
    public void TrySolve_SingularMatrix_IsNull() => Assert.Null(LinearSystem.TrySolve(new double[,] { { 1, 1 / 3.0 }, { 3, 1 } }, [1.0, 2]));

    [Fact]
    public void ActiveSets_ThreeTasks_AreAllEightWithSmallOnesFirst()
    {
        int[][] sets = [.. ActiveSets.Of(3)];
        Assert.Equal(8, sets.Select(set => string.Join(",", set)).Distinct().Count());
        Assert.Equal([0, 1, 1, 1, 2, 2, 2, 3], sets.Select(set => set.Length));
        Assert.Throws<ArgumentOutOfRangeException>(() => ActiveSets.Of(ActiveSets.MaximumTasks + 1).First());
    }
}
