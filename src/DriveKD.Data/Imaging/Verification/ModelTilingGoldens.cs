using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>dynamic_tiling.json and dynamic_tiling_pixels.json of golden/internvl: chosen grids, and sums over the tiles of one picture.</summary>
internal static class ModelTilingGoldens
{
    public const string GridFileName = "dynamic_tiling.json";
    public const string PixelFileName = "dynamic_tiling_pixels.json";

    private static readonly string[] _columns =
        ["tile_size", "min_tiles", "max_tiles", "width", "height", "grid_columns", "grid_rows", "images_with_thumbnail"];

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder)
    {
        if (folder.TryRead(GridFileName, out GridTable? grids))
        {
            yield return Comparison.Run(GridFileName, "chosen grids", 0, comparison => CompareGrids(comparison, grids));
        }

        if (folder.TryRead(PixelFileName, out PixelTable? pixels))
        {
            foreach ((string name, Setting setting) in pixels.Settings)
            {
                yield return Comparison.Run($"{PixelFileName} {name}", "tiles", 0, comparison => ComparePixels(comparison, folder, pixels.Image, name, setting));
            }
        }
    }

    private static void CompareGrids(Comparison comparison, GridTable table)
    {
        if (!table.Columns.SequenceEqual(_columns) || table.Rows.Any(row => row.Length != _columns.Length))
        {
            throw new InputException(GridFileName, $"columns {string.Join(", ", table.Columns)}; expected {string.Join(", ", _columns)} in every row.");
        }

        foreach (int[] row in table.Rows)
        {
            DynamicTiling tiling = new(row[0], row[1], row[2]);
            TileGrid grid = tiling.ChooseGrid(row[3], row[4]);
            comparison.Same(
                $"{row[3]} x {row[4]}, {row[1]} to {row[2]} tiles of {row[0]}",
                $"{grid.Columns} x {grid.Rows}, {tiling.CountTiles(grid)} pictures",
                $"{row[5]} x {row[6]}, {row[7]} pictures");
        }
    }

    private static void ComparePixels(Comparison comparison, GoldenFolder folder, string picture, string name, Setting setting)
    {
        // The name says the setting: tile448_max12.
        string[] parts = name.Replace("tile", string.Empty, StringComparison.Ordinal).Split("_max");
        int tileSize = 0;
        int maxTiles = 0;
        bool isSetting = parts.Length == 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out tileSize)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out maxTiles);
        if (!isSetting)
        {
            throw new InputException(PixelFileName, $"'{name}' is no setting; expected for example tile448_max12.");
        }

        RgbImage image = folder.Decode(picture);
        DynamicTiling tiling = new(tileSize, 1, maxTiles);
        IReadOnlyList<RgbImage> tiles = tiling.Cut(image);
        if (!HasSums(tiles, setting))
        {
            // golden/internvl was made with Pillow 13, which sometimes runs the vertical pass first; 11.3 is the target.
            TileGrid grid = tiling.ChooseGrid(image.Width, image.Height);
            RgbImage verticalFirst = BicubicResizer.Resize(BicubicResizer.Resize(image, image.Width, tileSize * grid.Rows), tileSize * grid.Columns, tileSize * grid.Rows);
            IReadOnlyList<RgbImage> tilesOfPillow13 = tiling.Cut(image, verticalFirst, grid);
            if (HasSums(tilesOfPillow13, setting))
            {
                tiles = tilesOfPillow13;
                comparison.Remark = "known deviation: the table was made with Pillow 13, which resizes this picture vertically first; compared in that order";
            }
        }

        comparison.Same("pictures", tiles.Count, setting.Images);
        if (setting.Sums.Count < setting.Images || setting.FirstPixels.Count < setting.Images || setting.Sums.Concat<Array>(setting.FirstPixels).Any(row => row.Length != 3))
        {
            throw new InputException(PixelFileName, $"'{name}' does not hold three sums and three bytes for each of {setting.Images} pictures.");
        }

        for (int tile = 0; tile < Math.Min(tiles.Count, setting.Images); tile++)
        {
            byte[] pixels = tiles[tile].Pixels;
            for (int channel = 0; channel < 3; channel++)
            {
                comparison.Near($"sum of tile {tile} channel", channel, Sum(pixels, channel), setting.Sums[tile][channel]);
                comparison.Near($"first pixel of tile {tile} channel", channel, pixels[channel], setting.FirstPixels[tile][channel]);
            }
        }
    }

    private static bool HasSums(IReadOnlyList<RgbImage> tiles, Setting setting) =>
        tiles.Count == setting.Sums.Count
        && tiles.Zip(setting.Sums).All(pair => pair.Second.Select((sum, channel) => Sum(pair.First.Pixels, channel) == sum).All(isEqual => isEqual));

    private static long Sum(byte[] pixels, int channel)
    {
        long sum = 0;
        for (int i = channel; i < pixels.Length; i += 3)
        {
            sum += pixels[i];
        }

        return sum;
    }

    private sealed record GridTable
    {
        public required IReadOnlyList<string> Columns { get; init; }

        public required IReadOnlyList<int[]> Rows { get; init; }
    }

    private sealed record PixelTable
    {
        public required string Image { get; init; }

        public required IReadOnlyDictionary<string, Setting> Settings { get; init; }
    }

    private sealed record Setting
    {
        public required int Images { get; init; }

        [System.Text.Json.Serialization.JsonPropertyName("pixel_sums_per_image_RGB")]
        public required IReadOnlyList<long[]> Sums { get; init; }

        [System.Text.Json.Serialization.JsonPropertyName("first_pixel_RGB_per_image")]
        public required IReadOnlyList<int[]> FirstPixels { get; init; }
    }
}
