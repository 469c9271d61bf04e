using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;

namespace DriveKD.Distillation.Training;

/// <summary>Which validation samples are looked at: drawn once per run, so that every validation and every resumption sees the same.</summary>
public static class ValidationSelection
{
    /// <summary>The random stream that draws.</summary>
    public const string StreamName = "validation";

    /// <summary>Draws evenly over the capabilities: they take turns until the number is reached or all are exhausted.</summary>
    /// <param name="samples">All validation samples.</param>
    /// <param name="count">The most to draw; 0 for all.</param>
    /// <param name="seeds">The run's seed.</param>
    /// <returns>Capabilities in turn: a beginning of the list is as even as the whole.</returns>
    public static IReadOnlyList<Sample> Draw(IReadOnlyList<Sample> samples, int count, SeedStreams seeds)
    {
        RandomStream stream = seeds.Open(StreamName);
        Queue<Sample>[] queues =
        [
            .. Enum.GetValues<Capability>().Select(capability =>
            {
                Sample[] own = [.. samples.Where(sample => sample.Capability == capability)];
                stream.Shuffle<Sample>(own);
                return new Queue<Sample>(own);
            }),
        ];
        int wanted = count == 0 ? samples.Count : Math.Min(count, samples.Count);
        List<Sample> drawn = [];
        while (drawn.Count < wanted)
        {
            foreach (Queue<Sample> queue in queues)
            {
                if (drawn.Count < wanted && queue.TryDequeue(out Sample? sample))
                {
                    drawn.Add(sample);
                }
            }
        }

        return drawn;
    }
}
