using System.Text.Json;
using CsCheck;
using DriveKD.Models.Qwen25VL;
using DriveKD.Tests;

namespace DriveKD.Models.Tests.Qwen25VL;

public sealed class WindowOrderTests
{
    // Patches of 14 pixels, units of 2 x 2 of them, windows of 4 x 4 units: the released sizes.
    private static readonly Qwen25VLVisionConfig _released = new()
    {
        HiddenSize = 1280,
        Layers = 32,
        Heads = 16,
        IntermediateSize = 3420,
        FullAttentionBlocks = [7, 15, 23, 31],
        OutputSize = 2048,
    };

    [Fact]
    public void Of_ReferenceTable_IsEqual()
    {
        using JsonDocument table = JsonDocument.Parse(File.ReadAllText(TestPaths.Asset("qwen25vl", "window-index.json")));
        int rows = 0;
        foreach (JsonElement row in table.RootElement.GetProperty("rows").EnumerateArray())
        {
            WindowOrder order = WindowOrder.Of([.. row.GetProperty("image_grid_thw").EnumerateArray().Select(Grid)], _released);
            Assert.Equal(Numbers(row.GetProperty("window_index")), order.Units);
            Assert.Equal(Numbers(row.GetProperty("cu_window_seqlens")), Ends(order.WindowLengths));
            Assert.Equal(Numbers(row.GetProperty("cu_seqlens")), Ends(order.PictureLengths));
            rows++;
        }

        Assert.Equal(40, rows);
    }

    [Fact]
    public void Of_AnyGrids_IsAPermutationInWindows()
    {
        Gen<PatchGrid> grids = Gen.Select(Gen.Int[1, 12], Gen.Int[1, 12], (rows, columns) => new PatchGrid(2 * rows, 2 * columns));
        Gen.Select(grids.List[1, 4], Gen.Int[1, 5]).Sample(
            (pictures, side) =>
            {
                Qwen25VLVisionConfig config = _released with { WindowSize = 28 * side };
                WindowOrder order = WindowOrder.Of(pictures, config);
                int units = pictures.Sum(picture => picture.Patches) / 4;
                Assert.Equal(Enumerable.Range(0, units).Select(unit => (long)unit), order.Units.Order());
                Assert.Equal(4 * units, order.WindowLengths.Sum());
                Assert.Equal(pictures.Select(picture => picture.Patches), order.PictureLengths);
                Assert.All(order.WindowLengths, length => Assert.InRange(length, 4, 4 * side * side));
                int windows = pictures.Sum(picture => Windows(picture.Rows / 2, side) * Windows(picture.Columns / 2, side));
                Assert.Equal(windows, order.WindowLengths.Count);
                Assert.Equal(Enumerable.Range(0, units).Select(unit => (long)unit), order.Places().Select(place => order.Units[(int)place]));
            },
            iter: 300);
    }

    [Fact]
    public void Of_SideThatIsAMultipleOfTheWindow_HasNoEmptyWindow()
    {
        WindowOrder order = WindowOrder.Of([new PatchGrid(16, 8)], _released);

        Assert.Equal([64, 64], order.WindowLengths);
        Assert.Equal(Enumerable.Range(0, 32).Select(unit => (long)unit), order.Units);
    }

    [Fact]
    public void Of_GridOrWindowThatHoldsNoUnit_IsRefused()
    {
        Assert.Throws<ArgumentException>(() => WindowOrder.Of([new PatchGrid(4, 5)], _released));
        Assert.Throws<ArgumentException>(() => WindowOrder.Of([new PatchGrid(0, 4)], _released));
        Assert.Contains(
            "27 pixels holds no unit",
            Assert.Throws<ArgumentException>(() => WindowOrder.Of([new PatchGrid(4, 4)], _released with { WindowSize = 27 })).Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Config_ReleasedSizes_GiveThoseOfTheCheckpoints()
    {
        Assert.Equal(80, _released.HeadSize);
        Assert.Equal(1176, _released.PatchValues);
        Assert.Equal(5120, _released.MergedSize);
        Assert.Equal(4, _released.WindowSide);
    }

    private static int Windows(int units, int side) => (units + side - 1) / side;

    private static PatchGrid Grid(JsonElement grid)
    {
        Assert.Equal(1, grid[0].GetInt32());
        return new PatchGrid(grid[1].GetInt32(), grid[2].GetInt32());
    }

    private static long[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt64())];

    /// <summary>0, then where each of the lengths ends.</summary>
    private static long[] Ends(IReadOnlyList<int> lengths)
    {
        long end = 0;
        return [0, .. lengths.Select(length => end += length)];
    }
}
