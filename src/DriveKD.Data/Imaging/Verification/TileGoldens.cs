using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>tiles.json: the tiles of whole pictures.</summary>
internal static class TileGoldens
{
    public const string FileName = "tiles.json";

    private const int TileSize = 448;

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder)
    {
        if (!folder.TryRead(FileName, out Table? table))
        {
            yield break;
        }

        foreach (Row row in table.Images)
        {
            string name = $"{row.Image} in {row.Min} to {row.Max}";
            IReadOnlyList<RgbImage> tiles = [];
            yield return Comparison.Run(name, "number of tiles", 0, comparison =>
            {
                RgbImage image = folder.Decode(row.Input ?? PictureNames.Find(folder, row.Image));
                tiles = new DynamicTiling(TileSize, row.Min, row.Max).Cut(image);
                comparison.Same("tiles", tiles.Count, row.Tiles.Count);
            });

            foreach (Tile tile in row.Tiles)
            {
                RgbImage? cut = tile.Index >= 0 && tile.Index < tiles.Count ? tiles[tile.Index] : null;
                yield return Comparison.Run($"{name}, tile {tile.Index}", "tile", 0, comparison => Compare(comparison, folder, tile, cut));
                if (tile.ImagenetNormalised is { } normalised && cut is not null)
                {
                    yield return Comparison.Run($"{name}, tile {tile.Index}", "normalise", NormalizedRecord.Tolerance, comparison => normalised.Compare(comparison, cut));
                }
            }
        }
    }

    private static void Compare(Comparison comparison, GoldenFolder folder, Tile tile, RgbImage? cut)
    {
        if (cut is null)
        {
            comparison.Fail("there is no such tile");
            return;
        }

        RgbImage? whole = tile.Png is null ? null : ImageDecoder.Decode(folder.File(tile.Png));
        new PictureRecord(tile.RgbSha256, tile.Stats, tile.Pixels).Compare(comparison, cut, whole);
    }

    private sealed record Table
    {
        public required IReadOnlyList<Row> Images { get; init; }
    }

    private sealed record Row
    {
        public required string Image { get; init; }

        public string? Input { get; init; }

        public required int Min { get; init; }

        public required int Max { get; init; }

        public required IReadOnlyList<Tile> Tiles { get; init; }
    }

    private sealed record Tile
    {
        public required int Index { get; init; }

        public required string RgbSha256 { get; init; }

        public PictureStatistics? Stats { get; init; }

        public IReadOnlyList<SampledPixel>? Pixels { get; init; }

        public NormalizedRecord? ImagenetNormalised { get; init; }

        public string? Png { get; init; }
    }
}
