using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;

namespace DriveKD.Distillation.Batching;

/// <summary>The order in which samples are trained on: a pure function of the seed.</summary>
public static class SampleOrder
{
    /// <summary>The name of the random stream that shuffles the data; nothing else draws from it.</summary>
    public const string StreamName = "data order";

    /// <summary>Endless windows, epoch after epoch; every call gives the same ones.</summary>
    /// <param name="samples">At least one.</param>
    /// <param name="accumulation">Samples per window.</param>
    /// <param name="shuffles">Every epoch has its own order; otherwise that of the records.</param>
    /// <param name="seeds">The run's seed.</param>
    public static IEnumerable<SampleWindow> Windows(IReadOnlyList<Sample> samples, int accumulation, bool shuffles, SeedStreams seeds)
    {
        ArgumentOutOfRangeException.ThrowIfZero(samples.Count);
        RandomStream stream = seeds.Open(StreamName);
        for (int epoch = 0; ; epoch++)
        {
            int[] order = shuffles ? stream.Permutation(samples.Count) : [.. Enumerable.Range(0, samples.Count)];
            foreach (int[] window in order.Chunk(accumulation))
            {
                yield return new SampleWindow(epoch, [.. window.Select(index => samples[index])]);
            }
        }
    }
}
