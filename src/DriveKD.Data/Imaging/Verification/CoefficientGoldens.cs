using System.Globalization;
using System.Text.Json.Serialization;
using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>resize-coefficients.json: the fixed-point weights of single axes.</summary>
internal static class CoefficientGoldens
{
    public const string FileName = "resize-coefficients.json";

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder)
    {
        if (!folder.TryRead(FileName, out Table? table))
        {
            yield break;
        }

        foreach ((string name, Axis axis) in table.Axes)
        {
            yield return Comparison.Run(name, "resize weights", 0, comparison => Compare(comparison, name, axis));
        }
    }

    private static void Compare(Comparison comparison, string name, Axis axis)
    {
        string[] sides = name.Split("->");
        int before = 0;
        int after = 0;
        bool isAxis = sides.Length == 2
            && int.TryParse(sides[0], NumberStyles.None, CultureInfo.InvariantCulture, out before)
            && int.TryParse(sides[1], NumberStyles.None, CultureInfo.InvariantCulture, out after);
        if (!isAxis || before is < 1 or > 1_000_000 || after is < 1 or > 1_000_000)
        {
            throw new InputException(FileName, $"'{name}' is no axis; expected for example 1600->448.");
        }

        BicubicAxis weights = BicubicAxis.Create(before, after);
        comparison.Same("largest number of taps", weights.LargestCount, axis.LargestNumberOfTaps);
        foreach (Row row in axis.Rows)
        {
            if (row.Output < 0 || row.Output >= after)
            {
                comparison.Fail($"output {row.Output} does not exist");
                continue;
            }

            ReadOnlySpan<int> actual = weights.Weights(row.Output);
            comparison.Same($"first input of output {row.Output}", weights.First(row.Output), row.FirstInput);
            comparison.Same($"taps of output {row.Output}", actual.Length, row.Weights.Count);
            for (int tap = 0; tap < Math.Min(actual.Length, row.Weights.Count); tap++)
            {
                comparison.Near($"output {row.Output} weight", tap, actual[tap], row.Weights[tap]);
            }
        }
    }

    private sealed record Table
    {
        public required IReadOnlyDictionary<string, Axis> Axes { get; init; }
    }

    private sealed record Axis
    {
        public required int LargestNumberOfTaps { get; init; }

        public required IReadOnlyList<Row> Rows { get; init; }
    }

    private sealed record Row
    {
        public required int Output { get; init; }

        public required int FirstInput { get; init; }

        [JsonPropertyName("weights_times_2_pow_22")]
        public required IReadOnlyList<int> Weights { get; init; }
    }
}
