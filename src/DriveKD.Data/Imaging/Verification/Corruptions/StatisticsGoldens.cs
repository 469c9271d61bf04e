using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification.Corruptions;

/// <summary>
/// Random corruptions against recorded means and standard deviations, with seeds of our own. A mean may differ by four standard errors of the
/// difference (golden/corruptions/README.md), the logarithm of a standard deviation by six of its own.
/// </summary>
internal static class StatisticsGoldens
{
    /// <summary>Seeds per row: enough for the fog's broad figures, and seconds for the whole table.</summary>
    public const int Seeds = 100;

    private const double StandardErrors = 4;

    // Wider than for means: a few seeds decide. Snow's Laplacian is large only where flakes fall along a diagonal, which hardly a recorded seed
    // has: 2000 of ours scatter 1.25 times as much.
    private const double SpreadStandardErrors = 6;

    // Means are recorded with seven digits.
    private const double Rounding = 1e-6;

    // Shares of black and white pixels come from single bright spots: of them only the mean is compared.
    private const int FiguresWithSpread = 4;

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder, StatisticsTable table, RandomStreams streams, CancellationToken cancellation)
    {
        foreach ((string name, StatisticsTable.Input input) in table.Inputs)
        {
            if (input.Stats is { } stats)
            {
                yield return Comparison.Run($"statistics {name}", "clean", Rounding, comparison =>
                {
                    RgbImage clean = folder.Decode(input.File);
                    double[] figures = PictureFigures.Of(clean, clean).Values;
                    for (int i = 0; i < figures.Length; i++)
                    {
                        if (stats.TryGetValue(PictureFigures.Names[i], out double expected))
                        {
                            comparison.Derived(PictureFigures.Names[i], -1, figures[i], expected, Math.Max(Rounding * Math.Abs(expected), 1e-9));
                        }
                    }
                });
            }
        }

        foreach (StatisticsTable.Row row in table.Results)
        {
            string level = row.TableIndex is int index ? $"index {index}" : $"severity {row.Severity}";
            yield return Comparison.Run($"statistics {row.Input}", $"{row.Corruption} {level}", StandardErrors, comparison =>
            {
                RgbImage clean = folder.Decode((table.Inputs.GetValueOrDefault(row.Input) ?? throw new InputException(StatisticsTable.FileName, $"input '{row.Input}' is not listed.")).File);
                Compare(comparison, row, table.Seeds, Sample(clean, row, streams, cancellation));
            });
        }
    }

    // One row per seed, one column per figure.
    private static double[][] Sample(RgbImage clean, StatisticsTable.Row row, RandomStreams streams, CancellationToken cancellation)
    {
        Func<CorruptionRandom, RgbImage> corrupt = Corruption(clean, row);
        double[][] samples = new double[Seeds][];
        Parallel.For(0, Seeds, new ParallelOptions { CancellationToken = cancellation }, seed =>
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"verify/{row.Corruption}/{row.Severity ?? row.TableIndex}/{row.Input}/{seed}");
            samples[seed] = PictureFigures.Of(corrupt(new CorruptionRandom(streams(name))), clean).Values;
        });
        return samples;
    }

    private static Func<CorruptionRandom, RgbImage> Corruption(RgbImage clean, StatisticsTable.Row row)
    {
        CorruptionKind? kind = CorruptionCatalog.TryFind(row.Corruption, out CorruptionInfo? info) ? info!.Kind : null;
        int level = row.TableIndex ?? row.Severity ?? -1;
        if (kind == CorruptionKind.LowLight ? level is < 0 or > 4 : level is < 1 or > 5)
        {
            throw new InputException(StatisticsTable.FileName, $"{row.Corruption} has no severity {level}.");
        }

        return kind switch
        {
            CorruptionKind.LowLight => random => LowLight.ApplyTable(clean, level, random),
            CorruptionKind.Fog => random => Fog.Apply(clean, level, random),
            CorruptionKind.Snow => random => Snow.Apply(clean, level, random),
            CorruptionKind.MotionBlur => random => MotionBlur.Apply(clean, level, random),
            CorruptionKind.Rain => random => Rain.Apply(clean, level, random),
            CorruptionKind.WaterSplash => random => WaterSplash.Apply(clean, level, random),
            CorruptionKind.LensObstacle => random => LensObstacle.Apply(clean, level, random),
            _ => throw new InputException(StatisticsTable.FileName, $"'{row.Corruption}' is no random corruption."),
        };
    }

    // The worst difference of the row is in standard errors.
    private static void Compare(Comparison comparison, StatisticsTable.Row row, int recordedSeeds, double[][] samples)
    {
        comparison.Remark = $"{samples.Length} seeds";
        double[] column = new double[samples.Length];
        for (int figure = 0; figure < PictureFigures.Names.Count; figure++)
        {
            string name = PictureFigures.Names[figure];
            if (!row.Statistics.TryGetValue(name, out StatisticsTable.Spread? expected))
            {
                continue;
            }

            for (int i = 0; i < column.Length; i++)
            {
                column[i] = samples[i][figure];
            }

            (double mean, double deviation) = PictureFigures.Moments(column);
            double error = Math.Sqrt((deviation * deviation / samples.Length) + (expected.Sd * expected.Sd / recordedSeeds));
            double difference = Math.Max(Math.Abs(mean - expected.Mean) - (Rounding * Math.Abs(expected.Mean)), 0);
            comparison.Near($"{name} {mean:R} instead of {expected.Mean:R}, in standard errors", -1, difference == 0 ? 0 : difference / error, 0);
            if (figure < FiguresWithSpread && expected.Sd > 0)
            {
                double ofLogarithm = Math.Sqrt((Kurtosis(column, mean, deviation) - 1) / 4 * ((1.0 / samples.Length) + (1.0 / recordedSeeds)));
                double logarithm = Math.Abs(Math.Log(deviation / expected.Sd));
                comparison.Derived($"standard deviation of {name} {deviation:R} instead of {expected.Sd:R}, in standard errors", -1, logarithm / ofLogarithm, 0, SpreadStandardErrors);
            }
        }
    }

    // At least a normal distribution's: a sample without its rare values looks too light.
    private static double Kurtosis(double[] numbers, double mean, double deviation)
    {
        double sum = 0;
        foreach (double number in numbers)
        {
            double standard = (number - mean) / deviation;
            sum += standard * standard * standard * standard;
        }

        return Math.Max(sum / numbers.Length, 3);
    }
}
