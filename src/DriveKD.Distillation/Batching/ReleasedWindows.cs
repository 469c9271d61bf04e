using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Batching;

/// <summary>How the released code cuts windows when it skips samples.</summary>
public static class ReleasedWindows
{
    /// <summary>
    /// Takes samples out of their windows. A window that ends with a skipped sample takes no step: what it holds goes into the next one;
    /// at the end of an epoch its gradients are lost, and the next window only runs it.
    /// </summary>
    /// <param name="windows">Endless windows of whole epochs.</param>
    /// <param name="isKept">Whether a sample stays.</param>
    public static IEnumerable<SampleWindow> WithoutUndistilled(IEnumerable<SampleWindow> windows, Func<Sample, bool> isKept)
    {
        List<Sample> carried = [];
        List<Sample> lost = [];
        int epoch = 0;
        foreach (SampleWindow window in windows)
        {
            if (window.Epoch != epoch)
            {
                lost.AddRange(carried);
                carried.Clear();
                epoch = window.Epoch;
            }

            carried.AddRange(window.Samples.Where(isKept));
            if (carried.Count > 0 && isKept(window.Samples[^1]))
            {
                yield return new SampleWindow(epoch, [.. carried]) { Lost = [.. lost] };
                carried.Clear();
                lost.Clear();
            }
        }
    }
}
