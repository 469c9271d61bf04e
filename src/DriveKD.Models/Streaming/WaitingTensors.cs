using DriveKD.Data.Errors;
using static TorchSharp.torch;

namespace DriveKD.Models.Streaming;

/// <summary>
/// Tensors that wait for their turn, such as the hidden states of many samples between two layers: in the process's memory up to a limit,
/// whatever device computes, and in a scratch file beyond it. They come back with the bits that they went with. One thread at a time.
/// </summary>
/// <param name="memoryBytes">What may wait in memory.</param>
/// <param name="scratchFolder">Where the file is made once it is needed; null keeps everything in memory.</param>
public sealed class WaitingTensors(long memoryBytes, string? scratchFolder = null) : IDisposable
{
    private readonly HashSet<WaitingTensor> _waiting = [];
    private ScratchFile? _scratch;

    /// <summary>Bytes that wait in memory.</summary>
    public long MemoryBytes { get; private set; }

    /// <summary>The most bytes that ever waited in memory.</summary>
    public long PeakMemoryBytes { get; private set; }

    /// <summary>Bytes of the scratch file; 0 where there is none.</summary>
    public long ScratchBytes => _scratch?.Bytes ?? 0;

    /// <summary>How many wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>Lets a tensor wait.</summary>
    /// <param name="value">Taken over.</param>
    /// <returns>What it is asked back with.</returns>
    /// <exception cref="InputException">The scratch file cannot be made or written.</exception>
    public WaitingTensor Put(Tensor value)
    {
        using IDisposable noGrad = no_grad();
        Tensor local = Local(value);
        long bytes = local.numel() * local.element_size();
        bool isSpilled = scratchFolder is not null && MemoryBytes + bytes > memoryBytes && bytes > 0;
        WaitingTensor waiting;
        if (isSpilled)
        {
            using Tensor owned = local;
            _scratch ??= new ScratchFile(scratchFolder!);
            waiting = new WaitingTensor(null, _scratch.Write(owned), owned.shape, owned.dtype, bytes);
        }
        else
        {
            waiting = new WaitingTensor(local.DetachFromDisposeScope(), 0, local.shape, local.dtype, bytes);
            MemoryBytes += bytes;
            PeakMemoryBytes = Math.Max(PeakMemoryBytes, MemoryBytes);
        }

        _waiting.Add(waiting);
        return waiting;
    }

    /// <summary>A tensor, which no longer waits.</summary>
    /// <param name="waiting">What <see cref="Put"/> gave.</param>
    /// <param name="device">Where it is wanted.</param>
    /// <returns>Owned by the caller, in its scope.</returns>
    public Tensor Take(WaitingTensor waiting, Device device)
    {
        Tensor value = Read(waiting, device);
        Drop(waiting);
        return value;
    }

    /// <summary>A tensor, which goes on waiting and is not to be written to.</summary>
    /// <param name="waiting">What <see cref="Put"/> gave.</param>
    /// <param name="device">Where it is wanted.</param>
    /// <returns>Owned by the caller, in its scope.</returns>
    public Tensor Read(WaitingTensor waiting, Device device)
    {
        if (!_waiting.Contains(waiting))
        {
            throw new ArgumentException("The tensor does not wait here.", nameof(waiting));
        }

        if (waiting.Value is Tensor kept)
        {
            Tensor alias = kept.alias();
            if (device.type == TorchSharp.DeviceType.CPU)
            {
                return alias;
            }

            using Tensor owned = alias;
            return owned.to(device, copy: true);
        }

        Tensor read = empty([.. waiting.Shape], waiting.DType);
        _scratch!.Read(waiting.Offset, read);
        if (device.type == TorchSharp.DeviceType.CPU)
        {
            return read;
        }

        using Tensor local = read;
        return local.to(device, copy: true);
    }

    /// <summary>A tensor is no longer wanted.</summary>
    /// <param name="waiting">What <see cref="Put"/> gave.</param>
    public void Drop(WaitingTensor waiting)
    {
        if (!_waiting.Remove(waiting))
        {
            throw new ArgumentException("The tensor does not wait here.", nameof(waiting));
        }

        if (waiting.Value is Tensor kept)
        {
            kept.Dispose();
            MemoryBytes -= waiting.Bytes;
        }
        else
        {
            _scratch!.Free(waiting.Offset, waiting.Bytes);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (WaitingTensor waiting in _waiting)
        {
            waiting.Value?.Dispose();
        }

        _waiting.Clear();
        MemoryBytes = 0;
        _scratch?.Dispose();
        _scratch = null;
    }

    private static Tensor Local(Tensor value)
    {
        if (value.device_type == TorchSharp.DeviceType.CPU && value.is_contiguous())
        {
            return value;
        }

        using Tensor owned = value;
        using Tensor local = owned.cpu();
        // Where it was on the processor this is the copy, else the same tensor again.
        return local.contiguous();
    }
}
