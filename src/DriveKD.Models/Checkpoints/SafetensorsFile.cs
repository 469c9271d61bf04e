using System.IO.MemoryMappedFiles;
using DriveKD.Data.Errors;
using Microsoft.Win32.SafeHandles;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Checkpoints;

/// <summary>
/// A safetensors file, memory-mapped. Opening reads and checks the header only; the data is mapped at the first read, and only
/// the pages that are read are loaded. The file must not be shortened while it is open. Reads from several threads are safe.
/// </summary>
public sealed class SafetensorsFile : IDisposable
{
    /// <summary>Bytes that are converted at a time: large enough to amortise a call, small beside any model.</summary>
    internal const int ChunkBytes = 16 << 20;

    private readonly SafeFileHandle _handle;
    private readonly Lock _mapping = new();
    private readonly Dictionary<string, TensorEntry> _byName;
    private MemoryMappedFile? _map;
    private MemoryMappedViewAccessor? _view;
    private bool _isDisposed;

    private SafetensorsFile(string path, SafeFileHandle handle, SafetensorsHeader header)
    {
        Path = path;
        _handle = handle;
        Entries = header.Entries;
        Metadata = header.Metadata;
        _byName = header.Entries.ToDictionary(entry => entry.Name);
    }

    /// <summary>The path the file was opened with.</summary>
    public string Path { get; }

    /// <summary>The tensors in the order of their data.</summary>
    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>The texts under <c>__metadata__</c>.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <summary>Opens a file and checks its whole header.</summary>
    /// <param name="path">A .safetensors file.</param>
    /// <exception cref="InputException">The file is missing, unreadable, truncated or lies; every problem at once.</exception>
    public static SafetensorsFile Open(string path)
    {
        ProblemList problems = new();
        return TryOpen(path, problems) ?? throw new InputException(problems.ToList());
    }

    /// <summary>The tensor of a name, or null.</summary>
    /// <param name="name">As it stands in the file.</param>
    public TensorEntry? TryGet(string name) => _byName.GetValueOrDefault(name);

    /// <summary>Copies stored bytes, as they are, out of the mapping.</summary>
    /// <param name="entry">A tensor of this file.</param>
    /// <param name="offset">The first byte, counted from the tensor's begin.</param>
    /// <param name="destination">Filled whole.</param>
    public void ReadBytes(TensorEntry entry, long offset, Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(destination.Length, entry.ByteLength - offset);
        if (destination.Length > 0)
        {
            CopyFromMap(entry.Offset + offset, destination);
        }
    }

    /// <summary>Reads a tensor whole.</summary>
    /// <param name="entry">A tensor of this file.</param>
    /// <param name="device">Where the tensor is made; the processor by default.</param>
    /// <param name="dtype">Its element type; the stored one by default.</param>
    /// <returns>A fresh tensor of the entry's shape, owned by the caller.</returns>
    /// <exception cref="InputException">The stored dtype can only be listed.</exception>
    public Tensor ReadTensor(TensorEntry entry, Device? device = null, ScalarType? dtype = null)
    {
        ScalarType stored = RequireReadable(entry);
        Tensor tensor = empty(entry.Shape, dtype ?? stored, device);
        CopyTo(entry, tensor);
        return tensor;
    }

    /// <summary>Copies a tensor into another of the same shape, of any dtype and on any device, in chunks.</summary>
    /// <param name="entry">A tensor of this file.</param>
    /// <param name="destination">Overwritten in place; no gradient is recorded.</param>
    /// <exception cref="InputException">The stored dtype can only be listed.</exception>
    public void CopyTo(TensorEntry entry, Tensor destination)
    {
        ScalarType stored = RequireReadable(entry);
        if (!destination.shape.AsSpan().SequenceEqual(entry.Shape))
        {
            throw new ArgumentException($"{entry.Name} is {entry.ShapeText}, the destination {TensorShape.Format(destination.shape)}.", nameof(destination));
        }

        using IDisposable noGradient = no_grad();
        using Tensor target = destination.detach();
        if (!target.is_contiguous())
        {
            using Tensor whole = empty(entry.Shape, stored);
            CopyTo(entry, whole);
            target.copy_(whole);
            return;
        }

        int size = TensorDTypes.SizeOf(entry.DType);
        bool isPlainCopy = target.dtype == stored && target.device_type == DeviceType.CPU;
        using Tensor flat = target.view(-1);
        for (long start = 0; start < entry.ElementCount;)
        {
            int count = (int)Math.Min(ChunkBytes / size, entry.ElementCount - start);
            using Tensor part = flat.narrow(0, start, count);
            if (isPlainCopy)
            {
                ReadBytes(entry, start * size, part.bytes);
            }
            else
            {
                using Tensor chunk = empty(count, stored);
                ReadBytes(entry, start * size, chunk.bytes);
                part.copy_(chunk);
            }

            start += count;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        lock (_mapping)
        {
            _isDisposed = true;
            _view?.Dispose();
            _map?.Dispose();
            _handle.Dispose();
        }
    }

    /// <summary>As <see cref="Open"/>, with the problems noted instead of thrown.</summary>
    internal static SafetensorsFile? TryOpen(string path, ProblemList problems)
    {
        SafeFileHandle? handle = null;
        try
        {
            handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            SafetensorsHeader? header = SafetensorsHeaderReader.Read(path, handle, problems);
            if (header is not null)
            {
                SafetensorsFile file = new(path, handle, header);
                handle = null;
                return file;
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            problems.Add(path, exception is FileNotFoundException or DirectoryNotFoundException
                ? "does not exist."
                : $"could not be read: {exception.Message}");
        }
        finally
        {
            handle?.Dispose();
        }

        return null;
    }

    /// <summary>The one place that reads through a pointer: the view's own copy loops over single bytes.</summary>
    private unsafe void CopyFromMap(long position, Span<byte> destination)
    {
        SafeMemoryMappedViewHandle view = View().SafeMemoryMappedViewHandle;
        if ((ulong)position + (ulong)destination.Length > view.ByteLength)
        {
            throw new InputException(Path, "became shorter after it was opened.");
        }

        byte* start = null;
        try
        {
            view.AcquirePointer(ref start);
            new ReadOnlySpan<byte>(start + position, destination.Length).CopyTo(destination);
        }
        finally
        {
            if (start is not null)
            {
                view.ReleasePointer();
            }
        }
    }

    private MemoryMappedViewAccessor View()
    {
        lock (_mapping)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            _map ??= MemoryMappedFile.CreateFromFile(_handle, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
            return _view ??= _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        }
    }

    private static ScalarType RequireReadable(TensorEntry entry) => TensorDTypes.IsReadable(entry.DType)
        ? TensorDTypes.ScalarTypeOf(entry.DType)
        : throw new InputException($"{entry.File}, tensor {entry.Name}", $"has the dtype {TensorDTypes.NameOf(entry.DType)}, which can be listed but not read.");
}
