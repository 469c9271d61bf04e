using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Batching;

/// <summary>The order in which samples are trained on: a pure function of the seed.</summary>
/// <remarks>
/// <list type="bullet">
/// <item><see cref="CapabilityOrder.Shuffled"/>: one permutation per epoch, or the order of the records.</item>
/// <item><see cref="CapabilityOrder.Balanced"/>: the capabilities that have samples take turns, from epoch to epoch without a break,
/// so that in any run of samples their counts differ by one at most. Each goes through a shuffled list of its own, from a random
/// stream of its own, and shuffles it anew at its end. An epoch is as long as all samples together; small capabilities repeat within
/// it, large ones go on in the next epoch where they stopped.</item>
/// <item><see cref="CapabilityOrder.Curriculum"/>: every epoch holds each sample once, sorted by the curriculum; within a capability
/// as in <see cref="CapabilityOrder.Shuffled"/>. A window may reach over the border of two capabilities.</item>
/// </list>
/// </remarks>
public static class SampleOrder
{
    /// <summary>The name of the random stream that shuffles the data; a balanced order draws from one such stream per capability.</summary>
    public const string StreamName = "data order";

    /// <summary>Endless windows, epoch after epoch; every call gives the same ones.</summary>
    /// <param name="samples">At least one.</param>
    /// <param name="train">The samples of a step, whether it shuffles, and how the capabilities follow each other.</param>
    /// <param name="seeds">The run's seed.</param>
    /// <param name="skip">How many windows to leave out at the beginning, for a run that goes on; only their random numbers are drawn.</param>
    /// <exception cref="InputException">The curriculum leaves out a capability that has samples.</exception>
    public static IEnumerable<SampleWindow> Windows(IReadOnlyList<Sample> samples, TrainSettings train, SeedStreams seeds, int skip = 0)
    {
        ArgumentOutOfRangeException.ThrowIfZero(samples.Count);
        RequireWholeCurriculum(samples, train, key => key);
        IEnumerable<int[]> epochs = train.CapabilityOrder switch
        {
            CapabilityOrder.Shuffled => Permutations(samples.Count, train.Shuffle, seeds, StreamName),
            CapabilityOrder.Balanced => Turns(samples, train.Shuffle, seeds).Chunk(samples.Count),
            CapabilityOrder.Curriculum => Stages(samples, train, seeds),
            _ => throw new ArgumentOutOfRangeException(nameof(train), train.CapabilityOrder, "unknown order"),
        };
        return epochs
            .SelectMany((order, epoch) => order.Chunk(train.SamplesPerStep()).Select(window => (Epoch: epoch, Window: window)))
            .Skip(skip)
            .Select(entry => new SampleWindow(entry.Epoch, [.. entry.Window.Select(index => samples[index])]));
    }

    /// <summary>Whether the curriculum, if there is one, names every capability that has samples.</summary>
    /// <param name="samples">The samples.</param>
    /// <param name="train">The curriculum.</param>
    /// <param name="where">The place of a key, for messages.</param>
    /// <exception cref="InputException">It does not; every capability that is missing is named.</exception>
    public static void RequireWholeCurriculum(IReadOnlyList<Sample> samples, TrainSettings train, Func<string, string> where)
    {
        if (train.CapabilityOrder != CapabilityOrder.Curriculum)
        {
            return;
        }

        Problem[] problems =
        [
            .. samples.CountBy(sample => sample.Capability).Where(count => !train.CurriculumOrder().Contains(count.Key)).OrderBy(count => count.Key)
                .Select(count => new Problem(
                    where("train.curriculum"),
                    $"leaves out {NameOf(count.Key)}, which has {count.Value} samples: name it, or take its samples away with data.capabilities.")),
        ];
        if (problems.Length > 0)
        {
            throw new InputException(problems);
        }
    }

    private static IEnumerable<int[]> Permutations(int count, bool shuffles, SeedStreams seeds, string streamName)
    {
        RandomStream stream = seeds.Open(streamName);
        while (true)
        {
            yield return shuffles ? stream.Permutation(count) : [.. Enumerable.Range(0, count)];
        }
    }

    private static IEnumerable<int[]> Stages(IReadOnlyList<Sample> samples, TrainSettings train, SeedStreams seeds)
    {
        Dictionary<Capability, int> stages = train.CurriculumOrder().Index().ToDictionary(entry => entry.Item, entry => entry.Index);
        foreach (int[] order in Permutations(samples.Count, train.Shuffle, seeds, StreamName))
        {
            // OrderBy is stable: the shuffle stays within a stage.
            yield return [.. order.OrderBy(index => stages[samples[index].Capability])];
        }
    }

    private static IEnumerable<int> Turns(IReadOnlyList<Sample> samples, bool shuffles, SeedStreams seeds)
    {
        IEnumerator<int>[] lists =
        [
            .. Enumerable.Range(0, samples.Count).GroupBy(index => samples[index].Capability).OrderBy(group => group.Key)
                .Select(group => EndlessList([.. group], shuffles, seeds, $"{StreamName}/{NameOf(group.Key)}").GetEnumerator()),
        ];
        while (true)
        {
            foreach (IEnumerator<int> list in lists)
            {
                list.MoveNext();
                yield return list.Current;
            }
        }
    }

    private static IEnumerable<int> EndlessList(int[] indices, bool shuffles, SeedStreams seeds, string streamName) =>
        Permutations(indices.Length, shuffles, seeds, streamName).SelectMany(order => order.Select(place => indices[place]));

    private static string NameOf(Capability capability) => capability.ToString().ToLowerInvariant();
}
