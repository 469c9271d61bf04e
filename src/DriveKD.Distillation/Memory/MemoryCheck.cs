using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Memory;

/// <summary>
/// Refuses a run that is not going to fit into memory, before anything large is read: on a machine without swap it would be killed without
/// a word, hours later where only one sample is long.
/// </summary>
internal static class MemoryCheck
{
    private const int AdapterRank = 16;

    /// <summary>What a device has.</summary>
    /// <param name="device">The run's device.</param>
    /// <returns>Bytes; null where it is not known: a device of its own reports its shortage at once and by name.</returns>
    public static long? AvailableOn(Device device) =>
        device.type == TorchSharp.DeviceType.CPU ? GC.GetGCMemoryInfo().TotalAvailableMemoryBytes : null;

    /// <summary>Whether a run fits only where freed memory goes back to the system at once (<see cref="Models.Native.LibTorch.ReturnFreedMemory"/>).</summary>
    /// <param name="need">What the run needs.</param>
    /// <param name="availableBytes">What there is; null where it is not known.</param>
    public static bool IsScarce(MemoryNeed need, long? availableBytes) => need.BytesWhereKept > availableBytes;

    /// <summary>The problem of a run that does not fit.</summary>
    /// <param name="run">The run.</param>
    /// <param name="availableBytes">What there is; null where it is not known.</param>
    /// <param name="where">The place of a key, for messages.</param>
    /// <returns>Null where the run fits.</returns>
    public static Problem? Find(RunShape run, long? availableBytes, Func<string, string> where)
    {
        MemoryNeed need = MemoryNeed.Of(run);
        if (availableBytes is not long available || need.Bytes <= available)
        {
            return null;
        }

        string parts = string.Join(", ", need.Parts.Select(part => $"{part.Name} {Size(part.Bytes)}"));
        string samples = string.Create(CultureInfo.InvariantCulture, $"{run.Batch} x {run.Longest.Tokens} tokens with up to {run.Longest.Pictures} pictures");
        return new Problem(
            where("train.batch_size"),
            $"the run would need about {Size(need.Bytes)} of memory, and {Size(available)} are available. Estimated for {samples}: {parts}. {Advice(run, available)}{TargetsAhead(run, need, available)} This is an estimate, measured at 1.0 to 1.3 times the real peak: train.check_memory=false starts all the same.");
    }

    private static string Advice(RunShape run, long available)
    {
        int fitting = run.RunsSamplesAlone ? 0 : LargestBatch(run, available);
        if (fitting > 0)
        {
            int accumulation = (int)Math.Ceiling((double)run.Recipe.Train.SamplesPerStep() / fitting);
            return $"The largest train.batch_size estimated to fit is {fitting}; train.accumulation={accumulation} then keeps the window.";
        }

        string alone = run.RunsSamplesAlone ? "The samples run one by one already" : "Not even train.batch_size=1 fits";
        IEnumerable<string> changes = Smaller(run).Select(change =>
        {
            double bytes = MemoryNeed.Of(change.Run).Bytes;
            return $"{change.Name} {Size(bytes)}{(bytes <= available ? " (fits)" : string.Empty)}";
        });
        return $"{alone}; with one change the run would need: {string.Join(", ", changes)}.";
    }

    /// <summary>Where teachers take part of the memory: a run whose targets were made before needs none.</summary>
    private static string TargetsAhead(RunShape run, MemoryNeed need, long available)
    {
        double bytes = MemoryNeed.Of(run with { Stored = [.. run.Teachers.SelectMany(teacher => teacher.Roles)] }).Bytes;
        return bytes >= need.Bytes
            ? string.Empty
            : $" With the teachers' targets made before (drivekd targets RECIPE cache.folder=FOLDER, where a teacher may be larger than the memory) it would need {Size(bytes)}{(bytes <= available ? ", which fits" : string.Empty)}.";
    }

    private static int LargestBatch(RunShape run, long available)
    {
        int fits = 0;
        int tooMany = run.Recipe.Train.BatchSize;
        while (tooMany - fits > 1)
        {
            int middle = fits + ((tooMany - fits) / 2);
            (fits, tooMany) = MemoryNeed.Of(WithBatch(run, middle)).Bytes <= available ? (middle, tooMany) : (fits, middle);
        }

        return fits;
    }

    /// <summary>The run with one thing changed that makes it smaller.</summary>
    private static IEnumerable<(string Name, RunShape Run)> Smaller(RunShape run)
    {
        RunShape one = WithBatch(run, 1);
        TrainSettings train = one.Recipe.Train;
        if (one.Recipe.Precision == Precision.Float32)
        {
            yield return ("precision=bfloat16", one with { Recipe = one.Recipe with { Precision = Precision.Bfloat16 } });
        }

        if (train.Trainable is not ["attention"] && train.Lora.Rank == 0)
        {
            yield return ("train.trainable=attention", one with { Recipe = one.Recipe with { Train = train with { Trainable = ["attention"] } } });
        }

        if (train.Lora.Rank == 0)
        {
            // A small student may not have room for the rank.
            int rank = (int)Math.Min(AdapterRank, one.Student.Language.KeyValueHeads * (long)one.Student.Language.HeadSize);
            LoraSettings adapters = train.Lora with { Rank = rank };
            yield return ($"train.lora.rank={rank} alone", one with { Recipe = one.Recipe with { Train = train with { Trainable = null, Lora = adapters } } });
        }

        if (one.Longest.Pictures > 1)
        {
            int tokens = one.Longest.Tokens - ((one.Longest.Pictures - 1) * one.Longest.PictureTokens);
            yield return ("samples of one picture", one with { Longest = one.Longest with { Pictures = 1, Tokens = Math.Max(1, tokens) } });
        }
    }

    private static RunShape WithBatch(RunShape run, int size) => run with { Recipe = run.Recipe with { Train = run.Recipe.Train with { BatchSize = size } } };

    private static string Size(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB");
}
