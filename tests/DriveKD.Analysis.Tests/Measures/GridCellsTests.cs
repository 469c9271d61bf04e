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
    public void Overlaps_OfAPosition_AddUpToOne_AndThoseOfACellToItsPart(int cells, int positions)
    {
        (int Cell, int Position, double Share)[] overlaps = [.. GridCells.Overlaps(cells, positions)];

        Assert.InRange(overlaps.Length, Math.Max(cells, positions), cells + positions);
        Assert.All(overlaps, overlap => Assert.InRange(overlap.Share, double.Epsilon, 1));
        Assert.All(overlaps.GroupBy(overlap => overlap.Position), group => Assert.Equal(1, group.Sum(overlap => overlap.Share), 1e-12));
        Assert.All(overlaps.GroupBy(overlap => overlap.Cell), group => Assert.Equal((double)positions / cells, group.Sum(overlap => overlap.Share), 1e-9));
        Assert.All(
            overlaps.GroupBy(overlap => overlap.Cell),
            group => Assert.Equal(1, group.Sum(overlap => overlap.Share * GridCells.AverageFactor(cells, positions)), 1e-9));
    }

    [Fact]
    public void Overlaps_PositionOverABorder_LiesInBothCells() =>
        Assert.Equal([(0, 0, 1.0), (0, 1, 0.5), (1, 1, 0.5), (1, 2, 1.0)], GridCells.Overlaps(2, 3));

    [Fact]
    public void Overlaps_FewerPositionsThanCells_SpreadOverThem() =>
        Assert.Equal([(0, 0, 2 / 3.0), (1, 0, 1 / 3.0), (1, 1, 1 / 3.0), (2, 1, 2 / 3.0)], GridCells.Overlaps(3, 2));

    [Fact]
    public void Overlaps_OfNothing_AreNone() => Assert.Empty(GridCells.Overlaps(4, 0));
}
