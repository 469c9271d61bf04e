using DriveKD.Data.Errors;
using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Training;

/// <summary>A loss or gradient is NaN or infinite. Nothing of its samples was added to the update.</summary>
/// <param name="sources">The samples it may come from: one, or those of a batch.</param>
/// <param name="what">What is no number.</param>
internal sealed class NonfiniteException(IReadOnlyList<SourcePosition> sources, string what) : Exception(what)
{
    /// <summary>How many samples are left out with it.</summary>
    public int Samples { get; } = sources.Count;

    /// <summary>The problem as a user reads it.</summary>
    public Problem Problem { get; } = new(string.Join("; ", sources), what);
}
