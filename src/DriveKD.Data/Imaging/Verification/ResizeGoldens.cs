using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>resize.json: bicubic resizes against Pillow's bytes, and their ImageNet-normalised values.</summary>
internal static class ResizeGoldens
{
    public const string FileName = "resize.json";

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder)
    {
        if (!folder.TryRead(FileName, out Table? table))
        {
            yield break;
        }

        HashSet<string> gray16 = Gray16Inputs(folder);
        foreach (Row row in table.Cases)
        {
            string name = $"{row.Input} -> {row.Width}x{row.Height}";
            RgbImage? resized = null;
            yield return Comparison.Run(name, "resize", 0, comparison => resized = Compare(comparison, folder, row, gray16.Contains(row.Input)));
            if (row.ImagenetNormalised is { } normalised)
            {
                yield return Comparison.Run(name, "normalise", NormalizedRecord.Tolerance, comparison =>
                {
                    if (resized is null)
                    {
                        comparison.Fail("the picture could not be resized");
                        return;
                    }

                    normalised.Compare(comparison, resized);
                });
            }
        }
    }

    private static RgbImage Compare(Comparison comparison, GoldenFolder folder, Row row, bool isGray16)
    {
        RgbImage image = folder.Decode(row.Input);
        if (isGray16)
        {
            image = Gray16Png.Read(folder.FindPicture(row.Input)).ClippedAt255();
            comparison.Remark = Gray16Png.Deviation;
        }

        comparison.Same("width before", image.Width, row.InputWidth);
        comparison.Same("height before", image.Height, row.InputHeight);
        if (row.Width < 1 || row.Height < 1 || (long)row.Width * row.Height > ImageDecodeOptions.Default.MaxPixels)
        {
            throw new InputException(FileName, $"a resize to {row.Width} x {row.Height} pixels is not possible.");
        }

        RgbImage resized = BicubicResizer.Resize(image, row.Width, row.Height);
        RgbImage? whole = row.Png is null ? null : ImageDecoder.Decode(folder.File(row.Png));
        new PictureRecord(row.RgbSha256, row.Stats, row.Pixels).Compare(comparison, resized, whole);
        return resized;
    }

    // Only decode.json says which inputs are 16-bit grey.
    private static HashSet<string> Gray16Inputs(GoldenFolder folder) =>
        folder.TryRead(DecodeGoldens.FileName, out DecodeGoldens.Table? table)
            ? [.. table.Images.Where(row => Gray16Png.IsMode(row.PilMode)).SelectMany(row => new[] { row.File, "inputs/" + row.File })]
            : [];

    internal sealed record Table
    {
        public required IReadOnlyList<Row> Cases { get; init; }
    }

    internal sealed record Row
    {
        public required string Input { get; init; }

        public required int InputWidth { get; init; }

        public required int InputHeight { get; init; }

        public required int Width { get; init; }

        public required int Height { get; init; }

        public required string RgbSha256 { get; init; }

        public PictureStatistics? Stats { get; init; }

        public IReadOnlyList<SampledPixel>? Pixels { get; init; }

        public NormalizedRecord? ImagenetNormalised { get; init; }

        public string? Png { get; init; }
    }
}
