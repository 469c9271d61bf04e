using System.Globalization;
using DriveKD.Data.Errors;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace DriveKD.Models.Streaming;

/// <summary>
/// A file that holds tensors for a while and goes with this object; where the system lets open files be deleted, however the process ends.
/// </summary>
internal sealed class ScratchFile : IDisposable
{
    /// <summary>What the names of such files end with.</summary>
    public const string Ending = ".scratch";

    // Far below what a span can hold.
    private const long ChunkElements = 1 << 24;

    private readonly string _folder;
    private readonly SafeFileHandle _handle;
    private readonly ScratchRegions _regions = new();

    /// <summary>Makes the file.</summary>
    /// <param name="folder">Where; made where it is not there.</param>
    /// <exception cref="InputException">It cannot be made.</exception>
    public ScratchFile(string folder)
    {
        _folder = folder;
        string path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Guid.NewGuid():N}{Ending}"));
        try
        {
            Directory.CreateDirectory(folder);
            _handle = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(exception);
        }

        if (!OperatingSystem.IsWindows())
        {
            // The name goes now and the content with the handle: nothing is left even where the process is killed.
            File.Delete(path);
        }
    }

    /// <summary>Bytes of the file.</summary>
    public long Bytes => _regions.End;

    /// <summary>Writes a tensor.</summary>
    /// <param name="value">On the processor, contiguous, not empty.</param>
    /// <returns>Where it begins.</returns>
    /// <exception cref="InputException">The disk is full or fails.</exception>
    public long Write(Tensor value)
    {
        long offset = _regions.Take(value.numel() * value.element_size());
        Visit(value, offset, (bytes, position) => RandomAccess.Write(_handle, bytes, position));
        return offset;
    }

    /// <summary>Reads a tensor.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="destination">Of the shape and type that was written.</param>
    /// <exception cref="InputException">The disk fails.</exception>
    public void Read(long offset, Tensor destination) => Visit(destination, offset, ReadWhole);

    /// <summary>Gives a place free.</summary>
    /// <param name="offset">Where it begins.</param>
    /// <param name="bytes">Its length.</param>
    public void Free(long offset, long bytes) => _regions.Return(offset, bytes);

    public void Dispose() => _handle.Dispose();

    private delegate void ByteVisitor(Span<byte> bytes, long position);

    private void ReadWhole(Span<byte> bytes, long position)
    {
        for (int done = 0; done < bytes.Length;)
        {
            int read = RandomAccess.Read(_handle, bytes[done..], position + done);
            done += read > 0 ? read : throw new EndOfStreamException("the file is shorter than what was written");
        }
    }

    private void Visit(Tensor tensor, long offset, ByteVisitor visit)
    {
        using Tensor flat = tensor.view(-1);
        try
        {
            for (long start = 0; start < flat.numel(); start += ChunkElements)
            {
                using Tensor part = flat.narrow(0, start, Math.Min(ChunkElements, flat.numel() - start));
                visit(part.bytes, offset + (start * part.element_size()));
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw Failure(exception);
        }
    }

    private InputException Failure(Exception exception) =>
        new(_folder, $"cannot hold a scratch file: {exception.Message.TrimEnd('.')}. Make room, or lower cache.stream_scratch.", exception);
}
