using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Teachers;

/// <summary>A sample whose targets of one teacher are to be made.</summary>
/// <param name="Sample">The sample.</param>
/// <param name="Roles">Which of the teacher's capabilities are missing.</param>
/// <param name="WaitingBytes">What it has between two layers of the teacher where that streams.</param>
/// <param name="Work">Its multiplications in the decoder, about, in the unit of <see cref="Models.Streaming.StreamedSizes"/>.</param>
internal sealed record PendingSample(Sample Sample, IReadOnlyList<Capability> Roles, double WaitingBytes, double Work)
{
    /// <summary>Cuts samples into groups that go through a streamed teacher together: as many in each, in order, as may wait at once.</summary>
    /// <param name="samples">Samples, none of which has more than the limit.</param>
    /// <param name="limitBytes">What may wait.</param>
    public static IReadOnlyList<IReadOnlyList<PendingSample>> Groups(IEnumerable<PendingSample> samples, double limitBytes)
    {
        List<IReadOnlyList<PendingSample>> groups = [];
        List<PendingSample> group = [];
        double bytes = 0;
        foreach (PendingSample sample in samples)
        {
            if (group.Count > 0 && bytes + sample.WaitingBytes > limitBytes)
            {
                groups.Add(group);
                (group, bytes) = ([], 0);
            }

            group.Add(sample);
            bytes += sample.WaitingBytes;
        }

        return group.Count == 0 ? groups : [.. groups, group];
    }
}
