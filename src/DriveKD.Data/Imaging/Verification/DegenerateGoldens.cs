using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>degenerate.json: what the transformers processors make of tiny pictures, where that is to be copied.</summary>
internal static class DegenerateGoldens
{
    public const string FileName = "degenerate.json";

    private const int TileSize = 448;
    private const string QwenProcessor = "Qwen2VLImageProcessor";
    private const string AspectError = "aspect ratio";

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder)
    {
        if (!folder.TryRead(FileName, out IReadOnlyList<Row>? rows))
        {
            yield break;
        }

        foreach (Row row in rows)
        {
            yield return Comparison.Run($"{row.Input}, {row.Processor}", "tiny picture", 0, comparison => Compare(comparison, folder, row));
        }
    }

    private static void Compare(Comparison comparison, GoldenFolder folder, Row row)
    {
        bool isAspectError = row.Error?.Contains(AspectError, StringComparison.Ordinal) == true;
        RgbImage image = folder.Decode(row.Input);
        if (row.Error is not null && !isAspectError)
        {
            // The processor took the height of one for the channel axis.
            comparison.Remark = $"known deviation: the reference mistakes an axis and fails ({row.Error}); here the picture is processed";
            comparison.Same("width after resizing", SingleSquare.Resize(image, TileSize).Width, TileSize);
        }
        else if (row.Processor == QwenProcessor)
        {
            comparison.Same("grid", Grid(image), isAspectError ? AspectError : row.Grid is [var grid, ..] ? string.Join(' ', grid) : "none");
        }
        else
        {
            comparison.Same("tiles", new DynamicTiling(TileSize).Cut(image).Count, row.PixelValuesShape is [var tiles, ..] ? tiles : 0);
        }
    }

    private static string Grid(RgbImage image)
    {
        try
        {
            Qwen25VLPatches patches = Qwen25VLPatches.Create(image, Qwen25VLImageOptions.Default);
            return $"1 {patches.GridHeight} {patches.GridWidth}";
        }
        catch (InputException)
        {
            return AspectError;
        }
    }

    internal sealed record Row
    {
        public required string Input { get; init; }

        public required string Processor { get; init; }

        public string? Error { get; init; }

        public int[]? PixelValuesShape { get; init; }

        public IReadOnlyList<int[]>? Grid { get; init; }
    }
}
