using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>qwen-images.json and qwen-pixel-values.safetensors: Qwen2-VL's preprocessor on whole pictures.</summary>
internal static class QwenGoldens
{
    public const string FileName = "qwen-images.json";
    public const string TensorFileName = "qwen-pixel-values.safetensors";

    private const double Tolerance = NormalizedRecord.Tolerance;

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder)
    {
        if (!folder.TryRead(FileName, out Table? table))
        {
            yield break;
        }

        if (table.About is { PatchSize: < 1 } or { TemporalPatchSize: < 1 } or { MergeSize: < 1 })
        {
            throw new InputException(folder.File(FileName), "patch_size, temporal_patch_size and merge_size must be at least 1.");
        }

        GoldenTensors? tensors = File.Exists(folder.File(TensorFileName)) ? GoldenTensors.Read(folder.File(TensorFileName)) : null;
        foreach (Row row in table.Images)
        {
            Qwen25VLImageOptions options = new()
            {
                PatchSize = table.About?.PatchSize ?? Qwen25VLImageOptions.Default.PatchSize,
                TemporalPatchSize = table.About?.TemporalPatchSize ?? Qwen25VLImageOptions.Default.TemporalPatchSize,
                MergeSize = table.About?.MergeSize ?? Qwen25VLImageOptions.Default.MergeSize,
                MinPixels = row.MinPixels,
                MaxPixels = row.MaxPixels,
            };
            RgbImage? resized = null;
            string tensorName = row.Name.Replace('-', '_');
            yield return Comparison.Run(row.Name, "Qwen resize", 0, comparison => resized = CompareResize(comparison, folder, row, options, tensors, tensorName));
            if (resized is not null)
            {
                yield return Comparison.Run(row.Name, "Qwen patches", Tolerance, comparison =>
                    ComparePatches(comparison, Qwen25VLPatches.Cut(resized, options), row, tensors, tensorName));
            }
        }

        if (tensors is not null)
        {
            yield return Comparison.Run(TensorFileName, "every tensor has a case", 0, comparison =>
            {
                HashSet<string> cases = [.. table.Images.Select(row => row.Name.Replace('-', '_'))];
                foreach (string tensor in tensors.Names)
                {
                    comparison.Same($"tensor {tensor}", cases.Contains(tensor.Split('.')[0]) ? "compared" : "without a case", "compared");
                }
            });
        }
    }

    private static RgbImage CompareResize(Comparison comparison, GoldenFolder folder, Row row, Qwen25VLImageOptions options, GoldenTensors? tensors, string tensorName)
    {
        RgbImage resized = Qwen25VLPatches.Resize(folder.Decode(row.Input), options, row.Input);
        comparison.Same("width", resized.Width, row.ResizedWidth);
        comparison.Same("height", resized.Height, row.ResizedHeight);
        string pixels = tensorName + ".resized_rgb";
        RgbImage? whole = null;
        if (tensors?.Names.Contains(pixels) == true)
        {
            IReadOnlyList<long> shape = tensors.Shape(pixels);
            byte[] values = tensors.Values<byte>(pixels).ToArray();
            bool isPicture = shape.Count == 3 && shape[2] == 3 && shape[0] > 0 && shape[1] > 0;
            whole = isPicture ? new RgbImage((int)shape[1], (int)shape[0], values) : throw new InputException(TensorFileName, $"tensor {pixels} is no picture.");
        }

        new PictureRecord(row.ResizedRgbSha256, Stats: null, Pixels: null).Compare(comparison, resized, whole);
        return resized;
    }

    private static void ComparePatches(Comparison comparison, Qwen25VLPatches patches, Row row, GoldenTensors? tensors, string tensorName)
    {
        int rows = patches.GridHeight * patches.GridWidth;
        comparison.Same("grid", $"1 {patches.GridHeight} {patches.GridWidth}", string.Join(' ', row.ImageGridThw));
        comparison.Same("shape", $"{rows} {patches.RowLength}", string.Join(' ', row.PixelValuesShape));
        foreach (Sampled value in row.Values)
        {
            if (value.Row < 0 || value.Row >= rows || value.Column < 0 || value.Column >= patches.RowLength)
            {
                comparison.Fail($"value ({value.Row}, {value.Column}) does not exist");
                continue;
            }

            comparison.Near($"value ({value.Row}, {value.Column})", -1, patches.Values[(value.Row * patches.RowLength) + value.Column], value.Value);
        }

        foreach (RowMean mean in row.RowMeans ?? [])
        {
            if (mean.Row < 0 || mean.Row >= rows)
            {
                comparison.Fail($"row {mean.Row} does not exist");
                continue;
            }

            double actual = Sum(patches.Values.AsSpan(mean.Row * patches.RowLength, patches.RowLength), value => value) / patches.RowLength;
            comparison.Derived("mean of row", mean.Row, actual, mean.Mean, Tolerance);
        }

        CompareTotals(comparison, patches.Values, row);
        string name = tensorName + ".pixel_values";
        if (tensors?.Names.Contains(name) == true)
        {
            ReadOnlySpan<float> expected = tensors.Values<float>(name);
            comparison.Same("number of values", patches.Values.Length, expected.Length);
            for (int i = 0; i < Math.Min(patches.Values.Length, expected.Length); i++)
            {
                comparison.Near("value", i, patches.Values[i], expected[i]);
            }

            comparison.Same(tensorName + ".image_grid_thw", $"1 {patches.GridHeight} {patches.GridWidth}", string.Join(' ', tensors.Values<long>(tensorName + ".image_grid_thw").ToArray()));
        }
    }

    private static void CompareTotals(Comparison comparison, float[] values, Row row)
    {
        double mean = Sum(values, value => value) / values.Length;
        double deviation = Math.Sqrt(Sum(values, value => (value - mean) * (value - mean)) / values.Length);
        comparison.Derived("mean", -1, mean, row.Mean, Tolerance);
        comparison.Derived("standard deviation", -1, deviation, row.Std, Tolerance);
        comparison.Derived("sum of absolute values", -1, Sum(values, value => Math.Abs(value)), row.SumAbs, Tolerance * values.Length);
    }

    private static double Sum(ReadOnlySpan<float> values, Func<double, double> term)
    {
        double sum = 0;
        foreach (float value in values)
        {
            sum += term(value);
        }

        return sum;
    }

    private sealed record Table
    {
        public Sizes? About { get; init; }

        public required IReadOnlyList<Row> Images { get; init; }
    }

    private sealed record Sizes
    {
        public int? PatchSize { get; init; }

        public int? TemporalPatchSize { get; init; }

        public int? MergeSize { get; init; }
    }

    private sealed record Row
    {
        public required string Name { get; init; }

        public required string Input { get; init; }

        public required long MinPixels { get; init; }

        public required long MaxPixels { get; init; }

        public required int[] ImageGridThw { get; init; }

        public required int ResizedHeight { get; init; }

        public required int ResizedWidth { get; init; }

        public required string ResizedRgbSha256 { get; init; }

        public required int[] PixelValuesShape { get; init; }

        public required double Mean { get; init; }

        public required double Std { get; init; }

        public required double SumAbs { get; init; }

        public required IReadOnlyList<Sampled> Values { get; init; }

        public IReadOnlyList<RowMean>? RowMeans { get; init; }
    }

    private sealed record Sampled
    {
        public required int Row { get; init; }

        public required int Column { get; init; }

        public required double Value { get; init; }
    }

    private sealed record RowMean
    {
        public required int Row { get; init; }

        public required double Mean { get; init; }
    }
}
