using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>dynamic-tiling.json: the order of the candidate grids and the grid chosen for many sizes.</summary>
internal static class GridGoldens
{
    public const string FileName = "dynamic-tiling.json";

    private const int TileSize = 448;

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder)
    {
        if (!folder.TryRead(FileName, out Table? table))
        {
            yield break;
        }

        yield return Comparison.Run(FileName, "order of grids", 0, comparison => CompareOrders(comparison, table.CandidateOrders ?? new Dictionary<string, Order>()));
        yield return Comparison.Run(FileName, "chosen grids", 0, comparison => CompareRows(comparison, table.Rows));
    }

    private static void CompareOrders(Comparison comparison, IReadOnlyDictionary<string, Order> orders)
    {
        foreach ((string range, Order order) in orders)
        {
            string[] ends = range.Split("..");
            int least = 0;
            int most = 0;
            bool isRange = ends.Length == 2
                && int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out least)
                && int.TryParse(ends[1], NumberStyles.None, CultureInfo.InvariantCulture, out most);
            if (!isRange)
            {
                throw new InputException(FileName, $"'{range}' is no range of tiles; expected for example 1..12.");
            }

            IReadOnlyList<TileGrid> grids = new DynamicTiling(TileSize, least, most).Candidates;
            comparison.Same($"grids of {range}", grids.Count, order.OpengvlabOrder.Count);
            for (int i = 0; i < Math.Min(grids.Count, order.OpengvlabOrder.Count); i++)
            {
                comparison.Same($"grid {i} of {range}", $"{grids[i].Columns} x {grids[i].Rows}", string.Join(" x ", order.OpengvlabOrder[i]));
            }
        }

        if (orders.Count == 0)
        {
            comparison.Remark = "the table records no order";
        }
    }

    private static void CompareRows(Comparison comparison, IReadOnlyList<Row> rows)
    {
        Dictionary<(int, int, bool), DynamicTiling> tilings = [];
        foreach (Row row in rows)
        {
            if (!tilings.TryGetValue((row.Min, row.Max, row.Thumbnail), out DynamicTiling? tiling))
            {
                tiling = new DynamicTiling(TileSize, row.Min, row.Max, row.Thumbnail);
                tilings.Add((row.Min, row.Max, row.Thumbnail), tiling);
            }

            TileGrid grid = tiling.ChooseGrid(row.Width, row.Height);
            comparison.Same(
                $"{row.Width} x {row.Height}, {row.Min} to {row.Max} tiles, thumbnail {row.Thumbnail}",
                $"{grid.Columns} x {grid.Rows}, {tiling.CountTiles(grid)} pictures",
                $"{row.Cols} x {row.Rows}, {row.Tiles} pictures");
        }
    }

    private sealed record Table
    {
        public IReadOnlyDictionary<string, Order>? CandidateOrders { get; init; }

        public required IReadOnlyList<Row> Rows { get; init; }
    }

    private sealed record Order
    {
        public required IReadOnlyList<int[]> OpengvlabOrder { get; init; }
    }

    private sealed record Row
    {
        public required int Width { get; init; }

        public required int Height { get; init; }

        public required int Min { get; init; }

        public required int Max { get; init; }

        public required bool Thumbnail { get; init; }

        public required int Cols { get; init; }

        public required int Rows { get; init; }

        public required int Tiles { get; init; }
    }
}
