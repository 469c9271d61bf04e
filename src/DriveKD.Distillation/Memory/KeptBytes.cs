using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Models.InternVL;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Memory;

/// <summary>How much a run may keep from one step for later ones: <see cref="CacheSettings"/>.</summary>
/// <remarks>Letters: T tokens, S supervised tokens, C channels of a teacher; K student layers of a signal.</remarks>
internal static class KeptBytes
{
    private const double Wide = sizeof(float);

    /// <summary>The teachers' targets of all samples, as if all were as long as the longest: per signal 4 K T^2, 4 K T C, or 4 S C.</summary>
    /// <param name="run">The run.</param>
    public static double Targets(RunShape run)
    {
        double tokens = run.Longest.Tokens;
        double bytes = 0;
        foreach ((InternVLConfig teacher, IReadOnlyList<Capability> roles) in run.Teachers)
        {
            foreach (SignalTaps taps in roles.Select(role => run.Plan.Signals[role].StudentTaps))
            {
                bytes += taps.AttentionLayers.Count * Wide * tokens * tokens;
                bytes += taps.HiddenStates.Count * Wide * tokens * teacher.Language.HiddenSize;
                bytes += taps.NeedsFinalHidden ? Wide * run.Longest.SupervisedTokens * teacher.Language.HiddenSize : 0;
            }
        }

        return bytes * run.Longest.Samples;
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
}
