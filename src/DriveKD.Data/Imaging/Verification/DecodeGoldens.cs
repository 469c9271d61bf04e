using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>decode.json: pictures of every kind against Pillow's bytes.</summary>
internal static class DecodeGoldens
{
    public const string FileName = "decode.json";

    private const string Stage = "decode";

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder)
    {
        if (!folder.TryRead(FileName, out Table? table))
        {
            yield break;
        }

        foreach (Row row in table.Images)
        {
            yield return Comparison.Run(row.File, Stage, 0, comparison => Compare(comparison, folder, row));
            if (row.WithExifOrientationApplied is { } upright)
            {
                yield return Comparison.Run(row.File, "decode upright", 0, comparison => CompareUpright(comparison, folder, row, upright));
            }
        }
    }

    private static void Compare(Comparison comparison, GoldenFolder folder, Row row)
    {
        if (row.Error is not null)
        {
            CompareRefusal(comparison, folder.FindPicture(row.File), row.Error);
            return;
        }

        RgbImage image = folder.Decode(row.File);
        comparison.Same("width", image.Width, row.Width);
        comparison.Same("height", image.Height, row.Height);
        PictureRecord record = new(row.RgbSha256 ?? string.Empty, row.Stats, row.Pixels);
        if (Gray16Png.IsMode(row.PilMode))
        {
            Gray16Png samples = Gray16Png.Read(folder.FindPicture(row.File));
            comparison.Same("SHA-256 of the upper bytes", PictureRecord.Hash(image.Pixels), PictureRecord.Hash(samples.UpperBytes().Pixels));
            image = samples.ClippedAt255();
            comparison.Remark = Gray16Png.Deviation;
        }

        record.Compare(comparison, image, whole: null);
    }

    private static void CompareUpright(Comparison comparison, GoldenFolder folder, Row row, Upright upright)
    {
        RgbImage image = ImageDecoder.Decode(folder.FindPicture(row.File), new ImageDecodeOptions { ApplyExifOrientation = true });
        comparison.Same("width", image.Width, upright.Width);
        comparison.Same("height", image.Height, upright.Height);
        new PictureRecord(upright.RgbSha256, Stats: null, upright.Pixels).Compare(comparison, image, whole: null);
    }

    private static void CompareRefusal(Comparison comparison, string path, string error)
    {
        string found = "decoded";
        try
        {
            ImageDecoder.Decode(path);
        }
        catch (InputException)
        {
            found = "refused";
        }

        comparison.Same($"a file that Pillow refuses ({error})", found, "refused");
    }

    internal sealed record Table
    {
        public required IReadOnlyList<Row> Images { get; init; }
    }

    internal sealed record Row
    {
        public required string File { get; init; }

        public string? Error { get; init; }

        public string? PilMode { get; init; }

        public int Width { get; init; }

        public int Height { get; init; }

        public string? RgbSha256 { get; init; }

        public PictureStatistics? Stats { get; init; }

        public IReadOnlyList<SampledPixel>? Pixels { get; init; }

        public Upright? WithExifOrientationApplied { get; init; }
    }

    internal sealed record Upright
    {
        public required int Width { get; init; }

        public required int Height { get; init; }

        public required string RgbSha256 { get; init; }

        public IReadOnlyList<SampledPixel>? Pixels { get; init; }
    }
}
