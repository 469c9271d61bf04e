using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification.Corruptions;

/// <summary>
/// Random corruptions against recorded means and standard deviations, with seeds of our own and the bounds of golden/corruptions/README.md: a
/// mean may differ by four standard errors of the difference, a standard deviation by a factor of 1.35. Where so few seeds as were recorded
/// do not settle the factor, ten times as many decide.
/// </summary>
internal static class StatisticsGoldens
{
    /// <summary>Seeds per row.</summary>
    public const int Seeds = 200;

    // Snow's Laplacian is large only where flakes fall along a diagonal: a few of 200 seeds decide its standard deviation.
    private const int MoreSeeds = 2000;

    private const double StandardErrors = 4;
    private const double SpreadFactor = 1.35;

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
                double[][] samples = Sample(clean, row, Seeds, streams, cancellation);
                double[][] forSpread = WorstSpread(row, samples) > Math.Log(SpreadFactor) ? Sample(clean, row, MoreSeeds, streams, cancellation) : samples;
                Compare(comparison, row, table.Seeds, samples, forSpread);
            });
        }
    }

    // One row per seed, one column per figure.
    private static double[][] Sample(RgbImage clean, StatisticsTable.Row row, int seeds, RandomStreams streams, CancellationToken cancellation)
    {
        Func<CorruptionRandom, RgbImage> corrupt = Corruption(clean, row);
        double[][] samples = new double[seeds][];
        Parallel.For(0, seeds, new ParallelOptions { CancellationToken = cancellation }, seed =>
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

    // The worst difference of the row is in standard errors, those of spreads apart.
    private static void Compare(Comparison comparison, StatisticsTable.Row row, int recordedSeeds, double[][] samples, double[][] forSpread)
    {
        comparison.Remark = samples.Length == forSpread.Length ? $"{samples.Length} seeds" : $"{samples.Length} seeds, {forSpread.Length} for standard deviations";
        foreach ((string name, int figure, StatisticsTable.Spread expected) in Figures(row))
        {
            (double mean, double deviation) = Moments(samples, figure);
            double error = Math.Sqrt((deviation * deviation / samples.Length) + (expected.Sd * expected.Sd / recordedSeeds));
            double difference = Math.Max(Math.Abs(mean - expected.Mean) - (Rounding * Math.Abs(expected.Mean)), 0);
            comparison.Near($"{name} {mean:R} instead of {expected.Mean:R}, in standard errors", -1, difference == 0 ? 0 : difference / error, 0);
            if (HasSpread(figure, expected))
            {
                double own = Moments(forSpread, figure).Deviation;
                comparison.Derived($"standard deviation of {name} {own:R} instead of {expected.Sd:R}, logarithm of the factor", -1, Math.Abs(Math.Log(own / expected.Sd)), 0, Math.Log(SpreadFactor));
            }
        }
    }

    private static double WorstSpread(StatisticsTable.Row row, double[][] samples) => Figures(row)
        .Where(entry => HasSpread(entry.Figure, entry.Expected))
        .Select(entry => Math.Abs(Math.Log(Moments(samples, entry.Figure).Deviation / entry.Expected.Sd)))
        .DefaultIfEmpty(0)
        .Max();

    private static IEnumerable<(string Name, int Figure, StatisticsTable.Spread Expected)> Figures(StatisticsTable.Row row) =>
        PictureFigures.Names.Index().Where(entry => row.Statistics.ContainsKey(entry.Item)).Select(entry => (entry.Item, entry.Index, row.Statistics[entry.Item]));

    private static bool HasSpread(int figure, StatisticsTable.Spread expected) => figure < FiguresWithSpread && expected.Sd > 0;

    private static (double Mean, double Deviation) Moments(double[][] samples, int figure) => PictureFigures.Moments([.. samples.Select(sample => sample[figure])]);
}
