using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification.Corruptions;

/// <summary>How often whole cameras are lost, and how often a lens is hit, against the exact distributions, by many draws.</summary>
internal static class CameraGoldens
{
    private const int Draws = 4000;
    private const double StandardErrors = 4;

    public static IEnumerable<GoldenCheck> Run(StatisticsTable table, RandomStreams streams)
    {
        foreach ((string name, StatisticsTable.Cameras expected) in table.WholeCamera ?? new Dictionary<string, StatisticsTable.Cameras>())
        {
            int severity = int.TryParse(name.AsSpan(name.IndexOfAny(['1', '2', '3', '4', '5']) is int at and >= 0 ? at : 0), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : 0;
            yield return Comparison.Run("cameras", $"camera crash {name}", StandardErrors, comparison =>
            {
                RequireSeverity(severity, name);
                bool[][] hits = Draw(i => HitCameras.OfCrash(Seeded(streams, i), severity));
                CompareCounts(comparison, hits, expected.CameraCrashDistinctBlackCameras, first: 0);
                CompareMean(comparison, hits, expected.CameraCrashMean, expected.CameraCrashEachCamera);
            });
            yield return Comparison.Run("cameras", $"frame lost {name}", StandardErrors, comparison =>
            {
                RequireSeverity(severity, name);
                bool[][] hits = Draw(i => HitCameras.OfLostFrame(streams, severity, $"verify {i}"));
                CompareCounts(comparison, hits, expected.FrameLostBlackCameras, first: 0);
                CompareMean(comparison, hits, expected.FrameLostMean, expected.FrameLostMean / VehicleCameras.All.Count);
            });
        }

        if (table.MultiViewRule is { } rule)
        {
            foreach (CorruptionKind kind in (CorruptionKind[])[CorruptionKind.WaterSplash, CorruptionKind.LensObstacle])
            {
                yield return Comparison.Run("cameras", CorruptionCatalog.Of(kind).Name, StandardErrors, comparison =>
                {
                    bool[][] hits = Draw(i => HitCameras.OfLens(streams, kind, 3, $"verify {i}"));
                    comparison.Same("frames whose first view is hit", hits.Count(hit => hit[0]), Draws);
                    CompareCounts(comparison, hits, rule.OtherViewsCountProbability, first: 1);
                    for (int camera = 1; camera < VehicleCameras.All.Count && rule.OtherViewProbabilityEach is double each; camera++)
                    {
                        CompareShare(comparison, $"view {camera + 1} hit", hits.Count(hit => hit[camera]), each);
                    }
                });
            }
        }
    }

    private static RandomStreams Seeded(RandomStreams streams, int seed) => name => streams($"verify {seed}/{name}");

    private static bool[][] Draw(Func<int, bool[]> draw)
    {
        bool[][] hits = new bool[Draws][];
        for (int i = 0; i < hits.Length; i++)
        {
            hits[i] = draw(i);
        }

        return hits;
    }

    private static void CompareCounts(Comparison comparison, bool[][] hits, IReadOnlyDictionary<string, double> expected, int first)
    {
        int[] counts = new int[VehicleCameras.All.Count + 1];
        foreach (bool[] hit in hits)
        {
            counts[hit.Skip(first).Count(isHit => isHit)]++;
        }

        for (int count = 0; count < counts.Length; count++)
        {
            double share = expected.GetValueOrDefault(count.ToString(CultureInfo.InvariantCulture));
            CompareShare(comparison, $"{count} cameras hit", counts[count], share);
        }
    }

    private static void CompareMean(Comparison comparison, bool[][] hits, double? mean, double? each)
    {
        double[] sums = [.. hits.Select(hit => (double)hit.Count(isHit => isHit))];
        (double own, double deviation) = PictureFigures.Moments(sums);
        if (mean is double expected)
        {
            double error = Math.Max(deviation / Math.Sqrt(Draws), 1e-9);
            comparison.Near($"mean {own:R} instead of {expected:R}, in standard errors", -1, Math.Abs(own - expected) / error, 0);
        }

        for (int camera = 0; camera < VehicleCameras.All.Count && each is double share; camera++)
        {
            CompareShare(comparison, $"camera {camera + 1} hit", hits.Count(hit => hit[camera]), share);
        }
    }

    // An event that is expected less than once may still happen.
    private static void CompareShare(Comparison comparison, string what, int count, double share)
    {
        double expected = share * Draws;
        double error = Math.Sqrt(Math.Max(expected * (1 - share), share is 0 or 1 ? 1e-12 : 1));
        comparison.Near($"{what} {count} times instead of {expected:0.#}, in standard errors", -1, Math.Max(Math.Abs(count - expected) - (1e-6 * Draws), 0) / error, 0);
    }

    private static void RequireSeverity(int severity, string name)
    {
        if (severity is < 1 or > 5)
        {
            throw new InputException(StatisticsTable.FileName, $"whole_camera holds '{name}'; severity1 to severity5 are expected.");
        }
    }
}
