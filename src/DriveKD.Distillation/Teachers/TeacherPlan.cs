using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Memory;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Teachers;

/// <summary>How one teacher's missing targets are made: with the model in memory, or layer by layer with groups of samples.</summary>
internal sealed record TeacherPlan
{
    private const double Mebibyte = 1 << 20;

    /// <summary>The model folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The model's shape.</summary>
    public required ModelConfig Config { get; init; }

    /// <summary>What it gives.</summary>
    public required IReadOnlyDictionary<Capability, ISignal> Signals { get; init; }

    /// <summary>The samples whose targets are missing.</summary>
    public required IReadOnlyList<PendingSample> Pending { get; init; }

    /// <summary>How many of its targets are there.</summary>
    public int There { get; init; }

    /// <summary>Bytes of memory that running it is estimated to take, without samples that wait; 0 where nothing is missing.</summary>
    public double NeededBytes { get; private init; }

    /// <summary>Groups that go through it together; null where it is loaded.</summary>
    public IReadOnlyList<IReadOnlyList<PendingSample>>? Groups { get; private init; }

    /// <summary>Bytes of memory for what waits between layers.</summary>
    public long WaitingBytes { get; private init; }

    /// <summary>Bytes of memory that are left for what may be kept.</summary>
    public double LeftBytes { get; private init; } = double.PositiveInfinity;

    /// <summary>It fits only where freed memory goes back to the system at once.</summary>
    public bool IsScarce { get; private init; }

    /// <summary>That it streams, why, and what that takes; null where it is loaded.</summary>
    public string? Notice { get; private init; }

    /// <summary>Decides how the teacher runs.</summary>
    /// <param name="run">The run.</param>
    /// <param name="availableBytes">What memory there is; null where it is not known.</param>
    /// <param name="where">The place of a key, for messages.</param>
    /// <param name="problems">Gets what makes it impossible.</param>
    public TeacherPlan Decide(RunShape run, long? availableBytes, Func<string, string> where, List<Problem> problems)
    {
        if (Pending.Count == 0)
        {
            return this;
        }

        CacheSettings cache = run.Recipe.Cache;
        double available = availableBytes ?? double.PositiveInfinity;
        bool checks = run.Recipe.Train.CheckMemory;
        (ModelConfig, IReadOnlyList<Capability>) teacher = (Config, [.. Signals.Keys]);
        MemoryNeed loaded = TargetMemory.Loaded(run, teacher);
        bool fits = loaded.Bytes <= available;
        if (cache.Stream == TeacherStreaming.Never || (cache.Stream == TeacherStreaming.Auto && fits))
        {
            if (checks && !fits)
            {
                problems.Add(new Problem(
                    where("cache.stream"),
                    $"is never, and {Shortage(loaded, available, "")} With auto it is read layer by layer; train.check_memory=false starts all the same."));
            }

            return this with
            {
                NeededBytes = loaded.Bytes,
                IsScarce = loaded.BytesWhereKept > available,
                LeftBytes = Math.Max(0, available - loaded.BytesWhereKept),
            };
        }

        MemoryNeed need = TargetMemory.Streamed(run, teacher);
        if (checks && need.Bytes > available)
        {
            problems.Add(new Problem(
                where("cache.stream"),
                $"{Shortage(need, available, "read layer by layer ")} Use precision bfloat16, or samples with fewer pictures; "
                    + "train.check_memory=false starts all the same."));
            return this;
        }

        double memory = Math.Min(cache.StreamMemoryBytes(), checks ? available - need.Bytes : double.PositiveInfinity);
        double most = Pending.Max(sample => sample.WaitingBytes);
        if (most > memory + cache.StreamScratchBytes())
        {
            problems.Add(TooLittle(cache, memory, most, where));
            return this;
        }

        IReadOnlyList<IReadOnlyList<PendingSample>> groups = PendingSample.Groups(Pending, memory + cache.StreamScratchBytes());
        string why = cache.Stream == TeacherStreaming.Always
            ? "cache.stream is always"
            : $"whole it would need about {ByteCount.Format(loaded.Bytes)}, and {ByteCount.Format(available)} are available";
        return this with
        {
            NeededBytes = need.Bytes,
            Groups = groups,
            WaitingBytes = (long)memory,
            LeftBytes = 0,
            IsScarce = need.BytesWhereKept + memory > available,
            Notice = $"{Path.GetFileName(Folder)} is read layer by layer: {why}. {Count(Pending.Count, "sample")} in {Count(groups.Count, "group")}, "
                + $"for each of which it is read once; about {ByteCount.Format(need.Bytes)} of memory and up to {ByteCount.Format(memory)} for samples that wait",
        };
    }

    private static string Count(int count, string what) => string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    private string Shortage(MemoryNeed need, double available, string how)
    {
        string parts = string.Join(", ", need.Parts.Select(part => $"{part.Name} {ByteCount.Format(part.Bytes)}"));
        return $"{Folder} {how}would need about {ByteCount.Format(need.Bytes)} of memory, and {ByteCount.Format(available)} are available: {parts}.";
    }

    private static Problem TooLittle(CacheSettings cache, double memory, double most, Func<string, string> where)
    {
        string free = memory < cache.StreamMemoryBytes()
            ? string.Create(CultureInfo.InvariantCulture, $", of which {Math.Floor(memory / Mebibyte):0} MiB are estimated to be free")
            : string.Empty;
        return new Problem(
            where("cache.stream_memory"),
            string.Create(
                CultureInfo.InvariantCulture,
                $"is {cache.StreamMemory} MiB{free}, and cache.stream_scratch {cache.StreamScratch} MiB; between two layers the longest sample alone has ")
                + string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(most / Mebibyte):0} MiB. Give the two together at least that much."));
    }
}
