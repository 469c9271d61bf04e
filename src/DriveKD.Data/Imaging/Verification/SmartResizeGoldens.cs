using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>smart-resize.json: the sizes that Qwen's preprocessor chooses, refusals included.</summary>
internal static class SmartResizeGoldens
{
    public const string FileName = "smart-resize.json";

    private const string Refused = "refused for its aspect ratio";

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder)
    {
        if (!folder.TryRead(FileName, out Table? table))
        {
            yield break;
        }

        yield return Comparison.Run(FileName, "smart resize", 0, comparison =>
        {
            foreach (Row row in table.Rows)
            {
                string what = $"{row.Width} x {row.Height}, factor {row.Factor}, {row.MinPixels} to {row.MaxPixels} pixels";
                comparison.Same(what, Choose(row), Expected(row));
            }
        });
    }

    private static string Choose(Row row)
    {
        int width;
        int height;
        try
        {
            (width, height) = SmartResize.Choose(row.Width, row.Height, row.Factor, row.MinPixels, row.MaxPixels);
        }
        catch (InputException)
        {
            return Refused;
        }

        // factor = patch size * merge size, and the merge size is 2.
        int patch = row.Factor / 2;
        int tokens = width / row.Factor * (height / row.Factor);
        return $"{width} x {height}, grid 1 {height / patch} {width / patch}, {tokens} tokens";
    }

    private static string Expected(Row row) => row.Error is not null
        ? Refused
        : $"{row.ResizedWidth} x {row.ResizedHeight}, grid {string.Join(' ', row.GridThw ?? [])}, {row.ImageTokens} tokens";

    private sealed record Table
    {
        public required IReadOnlyList<Row> Rows { get; init; }
    }

    private sealed record Row
    {
        public required int Width { get; init; }

        public required int Height { get; init; }

        public required int Factor { get; init; }

        public required long MinPixels { get; init; }

        public required long MaxPixels { get; init; }

        public int ResizedWidth { get; init; }

        public int ResizedHeight { get; init; }

        public int[]? GridThw { get; init; }

        public int ImageTokens { get; init; }

        public string? Error { get; init; }
    }
}
