using DriveKD.Data.Errors;
using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Batching;

/// <summary>Chooses the samples of a run by capability.</summary>
public static class SampleFilter
{
    private const string Key = "data.capabilities";

    /// <summary>The samples of some capabilities, in the order in which they came.</summary>
    /// <param name="samples">All samples.</param>
    /// <param name="capabilities">Those to keep; null keeps all.</param>
    /// <param name="where">The place of a key, for messages.</param>
    /// <exception cref="InputException">A capability that was asked for has no sample; every such capability is named.</exception>
    public static IReadOnlyList<Sample> Choose(IReadOnlyList<Sample> samples, IReadOnlyList<Capability>? capabilities, Func<string, string> where)
    {
        if (capabilities is null)
        {
            return samples;
        }

        ILookup<Capability, Sample> byCapability = samples.ToLookup(sample => sample.Capability);
        Problem[] problems =
        [
            .. capabilities.Where(capability => !byCapability.Contains(capability)).Select(capability => new Problem(
                where(Key),
                $"no sample of capability {NameOf(capability)} is left; there are {Counts(byCapability)}. Take it out of the list, or add records.")),
        ];
        return problems.Length == 0 ? [.. samples.Where(sample => capabilities.Contains(sample.Capability))] : throw new InputException(problems);
    }

    private static string Counts(ILookup<Capability, Sample> samples) =>
        string.Join(", ", Enum.GetValues<Capability>().Select(capability => $"{samples[capability].Count()} of {NameOf(capability)}"));

    private static string NameOf(Capability capability) => capability.ToString().ToLowerInvariant();
}
