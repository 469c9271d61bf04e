using DriveKD.Models.Families;
using static TorchSharp.torch;

namespace DriveKD.Models.Native;

/// <summary>
/// How many threads one tensor operation uses. Operations of tiny models are shorter than the hand-over to a second thread, which
/// waits by spinning: on a machine that does anything else the demonstration distils four times faster with one.
/// </summary>
public static class ComputeThreads
{
    // From this width on a decoder layer's matrix products take well over the tens of microseconds of a hand-over.
    private const int LeastWidthForSeveral = 256;

    private static readonly Lazy<int> _available = new(get_num_threads);

    /// <summary>One thread where every model is tiny, else all that libtorch was given (OMP_NUM_THREADS or the cores).</summary>
    /// <param name="models">The models that will run.</param>
    public static void FitTo(IEnumerable<ModelConfig> models)
    {
        int available = _available.Value;
        bool isTiny = models.All(model => Math.Max(model.Language.HiddenSize, model.Tower.Width) < LeastWidthForSeveral);
        set_num_threads(isTiny ? 1 : available);
    }
}
