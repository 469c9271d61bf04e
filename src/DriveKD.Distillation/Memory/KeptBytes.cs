using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Memory;

/// <summary>How much a run may keep from one step for later ones: <see cref="CacheSettings"/>.</summary>
/// <remarks>Letters: T tokens, S supervised tokens, C channels of a teacher; K student layers of a signal.</remarks>
internal static class KeptBytes
{
    private const double Wide = sizeof(float);
    private const double Mebibyte = 1 << 20;

    /// <summary>The teachers' targets of all samples, as if all were as long as the longest.</summary>
    /// <param name="run">The run.</param>
    public static double Targets(RunShape run) => TargetsOfOne(run) * run.Longest.Samples;

    /// <summary>The teachers' targets of the longest sample: per signal 4 K T^2, 4 K T C, or 4 S C.</summary>
    /// <param name="run">The run.</param>
    public static double TargetsOfOne(RunShape run)
    {
        double tokens = run.Longest.Tokens;
        double bytes = 0;
        foreach ((ModelConfig teacher, IReadOnlyList<Capability> roles) in run.Teachers)
        {
            foreach (SignalTaps taps in roles.Select(role => run.Plan.Signals[role].StudentTaps))
            {
                bytes += taps.AttentionLayers.Count * Wide * tokens * tokens;
                bytes += taps.HiddenStates.Count * Wide * tokens * teacher.Language.HiddenSize;
                bytes += taps.NeedsFinalHidden ? Wide * run.Longest.SupervisedTokens * teacher.Language.HiddenSize : 0;
            }
        }

        return bytes;
    }

    /// <summary>
    /// Limits under which nothing could ever be kept: not the features of a single picture, not the targets of a single sample. The default of
    /// <c>cache.targets</c> is nobody's choice and refuses no run.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="where">The place of a key, for messages.</param>
    /// <returns>Problems that name the least that works.</returns>
    public static IEnumerable<Problem> FindTooSmall(RunShape run, Func<string, string> where)
    {
        CacheSettings cache = run.Recipe.Cache;
        double number = TargetMemory.NumberBytes(run);
        double picture = run.Teachers.Select(teacher => teacher.Config).Append(run.Student)
            .Min(config => number * run.Longest.PictureTokens * config.ProjectorInputs);
        if (run.Longest.Pictures > 0 && cache.FeatureBytes() < picture)
        {
            yield return new Problem(
                where("cache.features"),
                $"is {Text(cache.Features)} MiB, and what a tower makes of one picture takes {Mebibytes(picture)} MiB. Give it at least that much, or 0 to keep nothing.");
        }

        double one = TargetsOfOne(run);
        if (cache.Targets > 0 && cache.Targets != new CacheSettings().Targets && cache.TargetBytes() < one)
        {
            yield return new Problem(
                where("cache.targets"),
                $"is {Text(cache.Targets)} MiB, and the targets of the longest sample alone take {Mebibytes(one)} MiB. They are kept where those of all "
                    + $"{Text(run.Longest.Samples)} samples fit: give it at least {Mebibytes(Targets(run))} MiB, or 0 to keep nothing.");
        }
    }

    /// <summary>What a user should know of a run that goes through its samples several times and keeps no targets for it.</summary>
    /// <param name="run">The run.</param>
    /// <param name="need">What it needs without them.</param>
    /// <param name="availableBytes">What there is; null where it is not known.</param>
    /// <returns>A sentence that names the least that works; null where targets are kept, or nobody wants them to be.</returns>
    public static string? Notice(RunShape run, MemoryNeed need, long? availableBytes)
    {
        CacheSettings cache = run.Recipe.Cache;
        TrainSettings train = run.Recipe.Train;
        bool comesBack = train.Steps is int steps ? (long)steps * train.SamplesPerStep() > run.Longest.Samples : train.Epochs > 1;
        double targets = Targets(run);
        if (cache.Targets == 0 || targets == 0 || !comesBack || !run.TeachersInMemory.Any() || Limits(run, need, availableBytes).Targets is not null)
        {
            return null;
        }

        string all = $"the targets of all {Text(run.Longest.Samples)} samples take up to {Mebibytes(targets)} MiB";
        const string Consequence = "so that none are kept and teachers run in every epoch";
        return targets > cache.TargetBytes()
            ? $"cache.targets: {all}, and {Text(cache.Targets)} MiB are allowed, {Consequence}; cache.targets={Mebibytes(targets)} would keep them, cache.folder keeps them on disk"
            : $"cache.targets: {all}, and less memory is left, {Consequence}; cache.folder keeps them on disk";
    }

    /// <summary>
    /// The limits in force: the recipe's, and no more together than the run is estimated to leave. Targets come first, and only where those of
    /// all samples fit.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="need">What it needs without them.</param>
    /// <param name="availableBytes">What there is; null where it is not known.</param>
    /// <returns>Bytes for picture features and for targets; null where nothing of the kind is kept.</returns>
    public static (long? Features, long? Targets) Limits(RunShape run, MemoryNeed need, long? availableBytes)
    {
        double left = availableBytes is long available ? Math.Max(0, available - need.BytesWhereKept) : double.PositiveInfinity;
        double targets = Targets(run);
        long? forTargets = targets > 0 && targets <= Math.Min(left, run.Recipe.Cache.TargetBytes()) ? run.Recipe.Cache.TargetBytes() : null;
        left -= forTargets is null ? 0 : targets;
        return (run.Recipe.Cache.FeatureBytes() is long most ? (long)Math.Min(left, most) : null, forTargets);
    }

    private static string Mebibytes(double bytes) => Math.Ceiling(bytes / Mebibyte).ToString("0", CultureInfo.InvariantCulture);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
