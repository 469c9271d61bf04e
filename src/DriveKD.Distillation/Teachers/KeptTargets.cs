using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Teachers;

/// <summary>
/// The targets of samples, kept up to a limit: teachers are frozen, so a sample's targets are the same in every epoch. Filled as samples
/// come, never emptied. Owns what it keeps. One thread at a time.
/// </summary>
/// <param name="maxBytes">The most that is kept.</param>
internal sealed class KeptTargets(long maxBytes) : IDisposable
{
    // By reference: a run's samples are the same objects in every epoch, and comparing their contents would take longer than a look-up may.
    private readonly Dictionary<Sample, TeacherTargets> _kept = new(ReferenceEqualityComparer.Instance);

    /// <summary>What is kept, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many samples' targets are kept.</summary>
    public int Count => _kept.Count;

    /// <summary>A sample's targets, which stay owned here; null where they are not kept.</summary>
    /// <param name="sample">The sample.</param>
    public TeacherTargets? Find(Sample sample) => _kept.GetValueOrDefault(sample);

    /// <summary>Keeps targets where there is room for them; they then belong to this object.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="targets">What its teachers gave.</param>
    public void Offer(Sample sample, TeacherTargets targets)
    {
        long bytes = targets.Bytes;
        if (Bytes + bytes <= maxBytes && _kept.TryAdd(sample, targets))
        {
            Bytes += bytes;
            targets.IsKept = true;
        }
    }

    public void Dispose()
    {
        foreach (TeacherTargets targets in _kept.Values)
        {
            targets.IsKept = false;
            targets.Dispose();
        }

        _kept.Clear();
        Bytes = 0;
    }
}
