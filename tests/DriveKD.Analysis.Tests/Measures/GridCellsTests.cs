using DriveKD.Analysis.Measures;

namespace DriveKD.Analysis.Tests.Measures;

public sealed class GridCellsTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(16, 16)]
    [InlineData(16, 5)]
    [InlineData(16, 1537)]
    [InlineData(64, 100)]
    public void Shares_OfAPosition_AddUpToOne_AndAveragesOfACell(int cells, int positions)
    {
        double[,] shares = GridCells.Shares(cells, positions);
        double[,] averages = GridCells.Averages(cells, positions);
        for (int position = 0; position < positions; position++)
        {
            Assert.Equal(1, Enumerable.Range(0, cells).Sum(cell => shares[cell, position]), 1e-12);
        }

        for (int cell = 0; cell < cells; cell++)
        {
            Assert.Equal((double)positions / cells, Enumerable.Range(0, positions).Sum(position => shares[cell, position]), 1e-9);
            Assert.Equal(1, Enumerable.Range(0, positions).Sum(position => averages[cell, position]), 1e-9);
        }
    }

    [Fact]
    public void Shares_PositionOverABorder_LieInBothCells() =>
        Assert.Equal(new[,] { { 1, 0.5, 0 }, { 0, 0.5, 1 } }, GridCells.Shares(2, 3));

    [Fact]
    public void Shares_FewerPositionsThanCells_SpreadOverThem() =>
        Assert.Equal(new[,] { { 2 / 3.0, 0 }, { 1 / 3.0, 1 / 3.0 }, { 0, 2 / 3.0 } }, GridCells.Shares(3, 2));

    [Fact]
    public void Shares_OfNothing_AreEmpty() => Assert.Empty(GridCells.Shares(4, 0));
}
