using System.Globalization;
using System.Security.Cryptography;
using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Stores;

/// <summary>
/// Tensors in a folder by the hash of what they are made from: the same key always means the same content, so runs and processes share it
/// without asking each other. Every entry is a safetensors file with a hash of its data; one that fails it is deleted and counts as absent.
/// </summary>
/// <remarks>
/// An entry is written under a name of its own and renamed, without waiting for the disk: what a crash leaves half written fails the hash. Where
/// the limit is reached, entries that were not read for longest go first. One thread at a time; any number of processes.
/// </remarks>
internal sealed class TensorStore
{
    private const string Ending = ".safetensors";
    private const string HashName = "sha256";

    // Others may write meanwhile: what the folder holds is counted again after so many entries of one's own.
    private const int CountEvery = 500;

    // Dropping makes room for more than one entry, or every entry would look through the folder.
    private const double KeptShare = 0.9;

    private const long PartElements = 1 << 24;

    private readonly string _folder;
    private readonly long _maxBytes;
    private readonly OnCacheError _onError;
    private readonly Func<string, Stream> _createFile;
    private readonly HashSet<string> _damagedKeys = new(StringComparer.Ordinal);
    private readonly HashSet<string> _tooLargeKeys = new(StringComparer.Ordinal);
    private long _bytes;
    private long _read;
    private long _written;
    private long _writtenBytes;
    private long _dropped;
    private long _largestBytes;
    private string? _bypassed;

    /// <summary>Opens a folder, which is made where it is not there.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="maxBytes">What its files may take.</param>
    /// <param name="onError">What to do where the folder cannot be made, read or written.</param>
    /// <param name="createFile">Makes a new file of a path; null for the disk's own.</param>
    /// <exception cref="InputException">It cannot be made or read, and is not to be bypassed.</exception>
    public TensorStore(string folder, long maxBytes, OnCacheError onError = OnCacheError.Stop, Func<string, Stream>? createFile = null)
    {
        (_folder, _maxBytes, _onError) = (folder, maxBytes, onError);
        _createFile = createFile ?? (path => new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16));
        try
        {
            Directory.CreateDirectory(folder);
            _bytes = Files().Sum(file => file.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Fail($"cannot be used to keep tensors in: {exception.Message.TrimEnd('.')}", exception);
        }
    }

    /// <summary>What came of it so far.</summary>
    public StoreCounts Counts => new(_read, _written, _damagedKeys.Count, _dropped, _bytes)
    {
        WrittenBytes = _writtenBytes,
        TooLarge = _tooLargeKeys.Count,
        LargestBytes = _largestBytes,
        Bypassed = _bypassed,
    };

    /// <summary>A key of everything that an entry is made from.</summary>
    /// <param name="parts">Texts; two lists of texts have the same key only where all are equal.</param>
    public static string KeyOf(params ReadOnlySpan<string> parts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string part in parts)
        {
            byte[] bytes = System.Text.Encoding.UTF8.GetBytes(part);
            hash.AppendData(BitConverter.GetBytes(bytes.LongLength));
            hash.AppendData(bytes);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Whether there is an entry; its content is not looked at.</summary>
    /// <param name="key">Its key.</param>
    public bool Has(string key) => File.Exists(PathOf(key));

    /// <summary>An entry's tensors on the processor, owned by the caller; null where there is none or it is damaged.</summary>
    /// <param name="key">Its key.</param>
    public IReadOnlyList<Tensor>? Find(string key)
    {
        string path = PathOf(key);
        if (!File.Exists(path))
        {
            return null;
        }

        List<Tensor> tensors = [];
        try
        {
            using (SafetensorsFile file = SafetensorsFile.Open(path))
            {
                IEnumerable<TensorEntry> entries = file.Entries.OrderBy(entry => int.Parse(entry.Name, CultureInfo.InvariantCulture));
                tensors.AddRange(entries.Select(entry => file.ReadTensor(entry)));
                if (file.Metadata.GetValueOrDefault(HashName) != HashOf(tensors))
                {
                    throw new FormatException("The data is not what was written.");
                }
            }

            Touch(path);
            _read++;
            return tensors;
        }
        catch (Exception exception) when (exception is InputException or FormatException or IOException or UnauthorizedAccessException)
        {
            tensors.ForEach(tensor => tensor.Dispose());
            // Another process may have dropped it since it was looked for: that is no damage.
            if (File.Exists(path))
            {
                _damagedKeys.Add(key);
                Delete(path);
            }

            return null;
        }
    }

    /// <summary>
    /// Writes an entry, unless it is larger than the whole store may be or the folder is bypassed; an entry of the key that is there stays.
    /// </summary>
    /// <param name="key">Its key.</param>
    /// <param name="tensors">Its tensors, left to the caller.</param>
    /// <exception cref="InputException">The folder cannot be written, and is not to be bypassed.</exception>
    public void Put(string key, IReadOnlyList<Tensor> tensors)
    {
        string path = PathOf(key);
        if (_bypassed is not null || File.Exists(path))
        {
            return;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor[] local = [.. tensors.Select(tensor => tensor.detach().cpu().contiguous())];
        TensorSpec[] specs = [.. local.Select((tensor, i) =>
            new TensorSpec(i.ToString(CultureInfo.InvariantCulture), TensorDTypes.Of(tensor.dtype), tensor.shape))];
        byte[] header = SafetensorsWriter.CreateHeader(specs, new Dictionary<string, string> { ["format"] = "pt", [HashName] = HashOf(local) });
        long bytes = header.Length + specs.Sum(spec => spec.ByteLength);
        if (bytes > _maxBytes)
        {
            _tooLargeKeys.Add(key);
            _largestBytes = Math.Max(_largestBytes, bytes);
            return;
        }

        // Unique: another process may be writing the same entry.
        string temporary = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}-{Guid.NewGuid():N}.writing");
        try
        {
            MakeRoom(bytes);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using (Stream stream = _createFile(temporary))
            {
                stream.Write(header);
                foreach (Tensor tensor in local)
                {
                    Visit(tensor, stream.Write);
                }
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Delete(temporary);
            Fail($"an entry could not be written: {exception.Message.TrimEnd('.')}", exception);
            return;
        }

        _bytes += bytes;
        _written++;
        _writtenBytes += bytes;
    }

    /// <summary>Ends the run, or the keeping: a folder that fails once is not tried again for each of thousands of entries.</summary>
    private void Fail(string what, Exception exception)
    {
        if (_onError == OnCacheError.Stop)
        {
            const string Advice = "Make room, name another folder as cache.folder, or go on without it: cache.on_error=bypass.";
            throw new InputException(_folder, $"{what}. {Advice}", exception);
        }

        _bypassed = what;
    }

    private static string HashOf(IReadOnlyList<Tensor> tensors)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Tensor tensor in tensors)
        {
            Visit(tensor, hash.AppendData);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Shows a tensor's bytes in parts: those of a large teacher's head are more than a span can hold.</summary>
    private static void Visit(Tensor tensor, ByteVisitor visit)
    {
        using Tensor flat = tensor.view(-1);
        for (long start = 0; start < flat.numel(); start += PartElements)
        {
            using Tensor part = flat.narrow(0, start, Math.Min(PartElements, flat.numel() - start));
            visit(part.bytes);
        }
    }

    /// <summary>Entries that are used stay; where two processes do this at once, either's time is right.</summary>
    private static void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else's file, or a folder that may only be read: the entry is good all the same, and keeps its age.
        }
    }

    private static bool Delete(string path)
    {
        try
        {
            File.Delete(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Somebody else has it open, or may delete it where this process may not; it is made anew all the same.
            return false;
        }
    }

    private void MakeRoom(long bytes)
    {
        if (_bytes + bytes <= _maxBytes && (_written + 1) % CountEvery != 0)
        {
            return;
        }

        List<FileInfo> files = [.. Files()];
        _bytes = files.Sum(file => file.Length);
        if (_bytes + bytes <= _maxBytes)
        {
            return;
        }

        foreach (FileInfo file in files.OrderBy(file => file.LastWriteTimeUtc))
        {
            if (_bytes + bytes <= KeptShare * _maxBytes)
            {
                break;
            }

            if (Delete(file.FullName))
            {
                _bytes -= file.Length;
                _dropped++;
            }
        }
    }

    // Files that another process deletes meanwhile are none.
    private IEnumerable<FileInfo> Files() =>
        new DirectoryInfo(_folder).EnumerateFiles("*" + Ending, SearchOption.AllDirectories).Where(file => file.Exists);

    private delegate void ByteVisitor(ReadOnlySpan<byte> bytes);

    private string PathOf(string key) => Path.Combine(_folder, key[..2], key + Ending);
}
