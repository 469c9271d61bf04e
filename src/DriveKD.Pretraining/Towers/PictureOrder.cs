using DriveKD.Runs.Folders;

namespace DriveKD.Pretraining.Towers;

/// <summary>Which pictures each step sees: every epoch has its own random order; what does not fill a batch at its end is left out.</summary>
/// <param name="pictures">Pictures in all, at least a batch.</param>
/// <param name="batchSize">Pictures of a step.</param>
/// <param name="seeds">Epochs are drawn from streams <c>order/epoch-N</c>, so a resumed run sees what it would have seen.</param>
internal sealed class PictureOrder(int pictures, int batchSize, SeedStreams seeds)
{
    private readonly int[] _order = new int[pictures];
    private int _epoch = -1;

    /// <summary>The pictures of a step; valid until the next call.</summary>
    /// <param name="step">From 0.</param>
    public ReadOnlySpan<int> At(int step)
    {
        int perEpoch = pictures / batchSize;
        int epoch = step / perEpoch;
        if (epoch != _epoch)
        {
            for (int i = 0; i < pictures; i++)
            {
                _order[i] = i;
            }

            seeds.Open(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"order/epoch-{epoch}")).Shuffle<int>(_order);
            _epoch = epoch;
        }

        return _order.AsSpan(step % perEpoch * batchSize, batchSize);
    }
}
