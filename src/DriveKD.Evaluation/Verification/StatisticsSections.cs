using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Verification;
using DriveKD.Evaluation.Statistics;

namespace DriveKD.Evaluation.Verification;

/// <summary>The sections of a table of statistics, and how each is compared.</summary>
internal static class StatisticsSections
{
    private const string QuantilePrefix = "student_t_quantile_";
    private const int MostResamples = 5_000_000;

    private static readonly Dictionary<string, Func<string, GoldenElement[], IEnumerable<StatisticsTally>>> _lists = new(StringComparer.Ordinal)
    {
        ["wilson"] = CompareWilson,
        ["mcnemar_exact"] = CompareMcNemar,
        ["paired_t"] = ComparePairedT,
        ["sign_flip_exact"] = CompareSignFlip,
        ["holm_and_bh"] = CompareAdjustments,
        ["correlation"] = CompareCorrelations,
        ["cluster_bootstrap"] = CompareBootstraps,
    };

    /// <summary>Whether a section is known by its name.</summary>
    /// <param name="name">The section's key.</param>
    public static bool IsKnown(string name) => _lists.ContainsKey(name) || ProbabilityOf(name) is not null;

    /// <summary>Compares a section.</summary>
    /// <param name="section">Its key and value.</param>
    /// <returns>One row per statistic. A section that is not known is a row where nothing is compared; a text is none.</returns>
    /// <exception cref="FormatException">Something in it is not of the expected form, or no possible input of the statistic.</exception>
    public static IEnumerable<GoldenCheck> Compare(GoldenElement section)
    {
        try
        {
            return [.. Tallies(section).Select(tally => tally.ToCheck())];
        }
        catch (Exception exception) when (exception is ArgumentException or OverflowException)
        {
            throw new FormatException($"{section.Place} holds what no statistic is defined for: {exception.Message}", exception);
        }
    }

    private static IEnumerable<StatisticsTally> Tallies(GoldenElement section)
    {
        if (_lists.TryGetValue(section.Place, out Func<string, GoldenElement[], IEnumerable<StatisticsTally>>? compare))
        {
            return compare(section.Place, section.Items());
        }

        if (ProbabilityOf(section.Place) is double probability)
        {
            return CompareQuantiles(section, probability);
        }

        if (section.Json.ValueKind is not (JsonValueKind.Array or JsonValueKind.Object))
        {
            return [];
        }

        StatisticsTally unknown = new(section.Place, "all", 0, false);
        unknown.Skip("no statistic of this name is known");
        return [unknown];
    }

    /// <summary>The quantile that a section's name ends in: 975 is 0.975.</summary>
    private static double? ProbabilityOf(string name) =>
        name.StartsWith(QuantilePrefix, StringComparison.Ordinal)
        && name[QuantilePrefix.Length..].All(char.IsAsciiDigit)
        && double.TryParse("0." + name[QuantilePrefix.Length..], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double probability)
        && probability > 0 ? probability : null;

    private static IEnumerable<StatisticsTally> CompareQuantiles(GoldenElement section, double probability)
    {
        if (section.Json.ValueKind != JsonValueKind.Object)
        {
            throw section.Wrong("is not an object of degrees of freedom");
        }

        StatisticsTally tally = new(section.Place, "quantile", StatisticsTolerances.Sums, true);
        foreach (JsonProperty entry in section.Json.EnumerateObject())
        {
            GoldenElement element = new($"{section.Place}.{entry.Name}", entry.Value);
            double degrees = double.TryParse(entry.Name, NumberStyles.Float, CultureInfo.InvariantCulture, out double parsed) && parsed > 0 && double.IsFinite(parsed)
                ? parsed
                : throw element.Wrong("is not named for degrees of freedom");
            tally.Add(entry.Name, element.NumberOrNull(), StudentT.Quantile(probability, degrees));
        }

        return [tally];
    }

    private static IEnumerable<StatisticsTally> CompareWilson(string section, GoldenElement[] cases)
    {
        StatisticsTally tally = new(section, "low, high", StatisticsTolerances.Formula, false);
        foreach (GoldenElement item in cases)
        {
            Interval own = WilsonInterval.Of(item.Member("successes").Count(), item.Member("n").Count(), ConfidenceOf(item));
            AddInterval(tally, item, "low", "high", own);
        }

        return [tally];
    }

    private static IEnumerable<StatisticsTally> CompareMcNemar(string section, GoldenElement[] cases)
    {
        StatisticsTally tally = new(section, "p", StatisticsTolerances.PValue, true);
        foreach (GoldenElement item in cases)
        {
            double own = McNemarTest.P(item.Member("only_first_right").Count(), item.Member("only_second_right").Count());
            tally.Add(item.Place, item.Member("p").NumberOrNull(), own);
        }

        return [tally];
    }

    private static IEnumerable<StatisticsTally> ComparePairedT(string section, GoldenElement[] cases)
    {
        StatisticsTally difference = new(section, "mean difference", StatisticsTolerances.Formula, false);
        StatisticsTally statistic = new(section, "t", StatisticsTolerances.Sums, true);
        StatisticsTally p = new(section, "p", StatisticsTolerances.PValue, true);
        StatisticsTally interval = new(section, "low, high", StatisticsTolerances.Sums, false);
        foreach (GoldenElement item in cases)
        {
            PairedTTest own = PairedTTest.Of(item.Member("first").Numbers(), item.Member("second").Numbers(), ConfidenceOf(item));
            difference.Add(item.Place, item.Member("mean_difference").NumberOrNull(), own.MeanDifference);
            statistic.Add(item.Place, item.Member("t").NumberOrNull(), own.Statistic);
            p.Add(item.Place, item.Member("p").NumberOrNull(), own.P);
            AddInterval(interval, item, "low", "high", own.Interval);
        }

        return [difference, statistic, p, interval];
    }

    private static IEnumerable<StatisticsTally> CompareSignFlip(string section, GoldenElement[] cases)
    {
        StatisticsTally tally = new(section, "p", StatisticsTolerances.PValue, true);
        foreach (GoldenElement item in cases)
        {
            double[] differences = item.Member("differences").Numbers();
            if (differences.Count(difference => difference != 0) > SignFlipTest.MostExact)
            {
                tally.Skip($"more than {SignFlipTest.MostExact} differences are not counted out");
                continue;
            }

            tally.Add(item.Place, item.Member("p").NumberOrNull(), SignFlipTest.Of(differences, seed: 0).P);
        }

        return [tally];
    }

    private static IEnumerable<StatisticsTally> CompareAdjustments(string section, GoldenElement[] cases)
    {
        foreach ((string name, Correction correction) in ((string, Correction)[])[("holm", Correction.Holm), ("benjamini_hochberg", Correction.BenjaminiHochberg)])
        {
            StatisticsTally tally = new(section, name, StatisticsTolerances.Formula, false);
            foreach (GoldenElement item in cases)
            {
                IReadOnlyList<double> own = PAdjustment.Adjust(correction, item.Member("p").Numbers());
                GoldenElement[] recorded = item.Member(name).Items();
                if (recorded.Length != own.Count)
                {
                    throw item.Member(name).Wrong($"has {recorded.Length} numbers for {own.Count} p values");
                }

                for (int i = 0; i < recorded.Length; i++)
                {
                    tally.Add(recorded[i].Place, recorded[i].NumberOrNull(), own[i]);
                }
            }

            yield return tally;
        }
    }

    private static IEnumerable<StatisticsTally> CompareCorrelations(string section, GoldenElement[] cases)
    {
        foreach ((string name, Func<double[], double[], double?> correlate) in ((string, Func<double[], double[], double?>)[])[
            ("pearson", Correlation.Pearson), ("spearman", Correlation.Spearman), ("kendall", Correlation.Kendall)])
        {
            StatisticsTally tally = new(section, name, StatisticsTolerances.Sums, false);
            foreach (GoldenElement item in cases)
            {
                tally.Add(item.Place, item.Member(name).NumberOrNull(), correlate(item.Member("x").Numbers(), item.Member("y").Numbers()));
            }

            yield return tally;
        }
    }

    private static IEnumerable<StatisticsTally> CompareBootstraps(string section, GoldenElement[] cases)
    {
        StatisticsTally mean = new(section, "mean", StatisticsTolerances.Formula, false);
        StatisticsTally interval = new(section, "low, high", StatisticsTolerances.Bootstrap, false);
        StatisticsTally error = new(section, "standard error", StatisticsTolerances.Bootstrap, false);
        foreach (GoldenElement item in cases)
        {
            (double Value, string Cluster)[] values =
                [.. item.Member("clusters").Items().SelectMany(cluster => cluster.Numbers().Select(value => (value, cluster.Place)))];
            long resamples = item.Member("resamples").Count();
            if (resamples is 0 or > MostResamples)
            {
                throw item.Member("resamples").Wrong($"is not between 1 and {MostResamples}");
            }

            BootstrapResult own = ClusterBootstrap.Mean(
                [.. values.Select(pair => pair.Value)],
                [.. values.Select(pair => pair.Cluster)],
                new BootstrapOptions { Resamples = (int)resamples, Confidence = ConfidenceOf(item) });
            mean.Add(item.Place, item.Member("mean").NumberOrNull(), own.Estimate);
            AddInterval(interval, item, "percentile_low", "percentile_high", own.Interval);
            if (item.Optional("standard_error") is GoldenElement recorded)
            {
                error.Add(item.Place, recorded.NumberOrNull(), own.StandardError);
            }
        }

        return [mean, interval, error];
    }

    /// <summary>The tables give 95 % intervals where they do not say otherwise.</summary>
    private static double ConfidenceOf(GoldenElement item) => item.Optional("confidence")?.Number() ?? 0.95;

    private static void AddInterval(StatisticsTally tally, GoldenElement item, string low, string high, Interval? own)
    {
        tally.Add($"{item.Place}.{low}", item.Member(low).NumberOrNull(), own?.Low);
        tally.Add($"{item.Place}.{high}", item.Member(high).NumberOrNull(), own?.High);
    }
}
