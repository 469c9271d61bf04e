using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Distillation.Verification;

/// <summary>
/// Compares the ways to combine gradients with a folder laid out as golden/aggregation: Gram matrices in <c>aggregation.json</c> and the
/// coefficients that a reference library gives for each. What is compared follows from the names of the coefficients.
/// </summary>
public static class AggregationGoldens
{
    private const string Table = "aggregation.json";

    /// <summary>Whether a folder holds goldens of this form.</summary>
    /// <param name="folder">Any path.</param>
    public static bool AreIn(string folder) => File.Exists(Path.Combine(folder, Table));

    /// <summary>Compares the folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>One row per kind of Gram matrix and method, in the order of the file.</returns>
    /// <exception cref="InputException">The table is absent, broken or empty.</exception>
    public static IEnumerable<GoldenCheck> Run(string folder) => AggregationCase.ReadAll(Path.Combine(folder, Table))
        .GroupBy(item => item.Kind)
        .SelectMany(kind => kind.SelectMany(item => item.Methods).Distinct().Select(method => Compare(kind.Key, method, [.. kind])));

    private static GoldenCheck Compare(string kind, string name, IReadOnlyList<AggregationCase> cases)
    {
        RecordedMethod? method = RecordedMethod.Named(name);
        AggregationTally tally = new(kind, name, method?.Tolerance ?? 0);
        foreach (AggregationCase item in cases.Where(item => item.Methods.Contains(name)))
        {
            double[]? recorded = item.Coefficients.GetValueOrDefault(name);
            string? reason = method is null ? RecordedMethod.WhyUnknown(name)
                : recorded is null ? "the reference failed"
                : method.WhyNotCompared(item, recorded);
            if (reason is not null)
            {
                tally.Skip(reason);
                continue;
            }

            double[] own = method!.Weigh(item);
            tally.Add(item.Name, recorded!, own, method.Difference(item, recorded!, own));
        }

        return tally.ToCheck();
    }
}
