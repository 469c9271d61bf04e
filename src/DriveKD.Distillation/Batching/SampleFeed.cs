using System.Threading.Channels;
using DriveKD.Data.Samples;

namespace DriveKD.Distillation.Batching;

/// <summary>
/// Encodes samples ahead of the training thread, in order, through a bounded channel: pictures are decoded while the models
/// compute. A fault reaches the training thread where the sample would have come.
/// </summary>
internal sealed class SampleFeed : IDisposable
{
    private const int Ahead = 4;

    private readonly CancellationTokenSource _stop;
    private readonly Channel<EncodedSample> _channel = Channel.CreateBounded<EncodedSample>(Ahead);
    private readonly Task _worker;

    /// <param name="samples">In training order; may be endless.</param>
    /// <param name="encoder">Makes tokens and pixels.</param>
    /// <param name="cancellation">Ends the feed.</param>
    public SampleFeed(IEnumerable<Sample> samples, SampleEncoder encoder, CancellationToken cancellation)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        _worker = Task.Run(() => FillAsync(samples, encoder, _stop.Token), CancellationToken.None);
    }

    /// <summary>The next sample; waits for it.</summary>
    /// <exception cref="Data.Errors.InputException">Its picture cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The feed was stopped.</exception>
    public EncodedSample Next()
    {
        try
        {
            return _channel.Reader.ReadAsync(_stop.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (ChannelClosedException closed) when (closed.InnerException is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(closed.InnerException);
            throw;
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _worker.Wait();
        _stop.Dispose();
    }

    private async Task FillAsync(IEnumerable<Sample> samples, SampleEncoder encoder, CancellationToken stop)
    {
        Exception? fault = null;
        try
        {
            foreach (Sample sample in samples)
            {
                stop.ThrowIfCancellationRequested();
                await _channel.Writer.WriteAsync(encoder.Encode(sample), stop).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // Handed to the training thread, which reports it: this is the worker's boundary.
            fault = exception;
        }

        _channel.Writer.Complete(fault);
    }
}
