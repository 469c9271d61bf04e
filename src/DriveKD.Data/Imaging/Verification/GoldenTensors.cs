using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>The few tensors of a golden file in safetensors form, read whole: F32, F64, I32, I64 and U8. No checkpoint reader.</summary>
internal sealed class GoldenTensors
{
    private readonly byte[] _data;
    private readonly Dictionary<string, Entry> _entries;
    private readonly string _path;

    private GoldenTensors(string path, byte[] data, Dictionary<string, Entry> entries)
    {
        (_path, _data, _entries) = (path, data, entries);
    }

    /// <summary>The tensors' names.</summary>
    public IReadOnlyCollection<string> Names => _entries.Keys;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InputException">It is not of that form.</exception>
    public static GoldenTensors Read(string path)
    {
        byte[] file = ReadFile(path);
        ulong headerLength = file.Length < 8 ? ulong.MaxValue : BinaryPrimitives.ReadUInt64LittleEndian(file);
        if (headerLength > (ulong)(file.Length - 8))
        {
            throw new InputException(path, "not a safetensors file: its header is longer than the file.");
        }

        int dataStart = 8 + (int)headerLength;
        try
        {
            Dictionary<string, JsonElement> header = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(file.AsSpan(8, (int)headerLength)) ?? [];
            Dictionary<string, Entry> entries = [];
            foreach ((string name, JsonElement element) in header.Where(pair => pair.Key != "__metadata__"))
            {
                Entry entry = element.Deserialize<Entry>() ?? throw new JsonException($"tensor {name} is null.");
                long size = entry.shape.Aggregate(BytesPerItem(entry.dtype), (product, side) => checked(product * side));
                long start = dataStart + entry.data_offsets[0];
                if (entry.data_offsets.Length != 2 || entry.data_offsets[0] < 0 || start + size > file.Length || entry.data_offsets[1] - entry.data_offsets[0] != size)
                {
                    throw new JsonException($"tensor {name} does not lie where its header says.");
                }

                entries.Add(name, entry with { data_offsets = [start, start + size] });
            }

            return new GoldenTensors(path, file, entries);
        }
        catch (Exception exception) when (exception is JsonException or OverflowException or IndexOutOfRangeException)
        {
            throw new InputException(path, $"not a safetensors file: {exception.Message}", exception);
        }
    }

    /// <summary>A tensor's shape.</summary>
    public IReadOnlyList<long> Shape(string name) => Find(name).shape;

    /// <summary>A tensor's values.</summary>
    /// <typeparam name="T">float for F32, double for F64, int for I32, long for I64, byte for U8.</typeparam>
    /// <exception cref="InputException">No such tensor, or of another type.</exception>
    public ReadOnlySpan<T> Values<T>(string name)
        where T : unmanaged
    {
        Entry entry = Find(name);
        string expected = TypeName(typeof(T));
        if (entry.dtype != expected)
        {
            throw new InputException(_path, $"tensor {name} is {entry.dtype}; expected {expected}.");
        }

        return MemoryMarshal.Cast<byte, T>(_data.AsSpan((int)entry.data_offsets[0]..(int)entry.data_offsets[1]));
    }

    private static byte[] ReadFile(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"could not be read: {exception.Message}", exception);
        }
    }

    private Entry Find(string name) =>
        _entries.TryGetValue(name, out Entry? entry) ? entry : throw new InputException(_path, $"tensor {name} is missing.");

    private static string TypeName(Type type) =>
        type == typeof(float) ? "F32"
        : type == typeof(double) ? "F64"
        : type == typeof(int) ? "I32"
        : type == typeof(long) ? "I64"
        : "U8";

    private static long BytesPerItem(string type) => type switch
    {
        "F32" => sizeof(float),
        "F64" => sizeof(double),
        "I32" => sizeof(int),
        "I64" => sizeof(long),
        "U8" => sizeof(byte),
        _ => throw new JsonException($"type {type} is not one of F32, F64, I32, I64, U8."),
    };

    // Named as in the file.
    private sealed record Entry(string dtype, long[] shape, long[] data_offsets);
}
