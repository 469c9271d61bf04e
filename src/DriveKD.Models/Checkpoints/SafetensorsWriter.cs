using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;
using static TorchSharp.torch;

namespace DriveKD.Models.Checkpoints;

/// <summary>Writes safetensors files: tensors in the given order, the header padded with spaces to 8 bytes, whole or absent.</summary>
public static class SafetensorsWriter
{
    /// <summary>What the files of PyTorch models say of themselves; transformers refuses files without it.</summary>
    public static IReadOnlyDictionary<string, string> PyTorchMetadata { get; } = new Dictionary<string, string> { ["format"] = "pt" };

    /// <summary>Writes tensors as they are.</summary>
    /// <param name="path">The final name; an existing file is replaced.</param>
    /// <param name="tensors">Names and tensors, in the order of the file; left to the caller.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>; <see cref="PyTorchMetadata"/> by default.</param>
    /// <exception cref="InputException">The disk is full or the place cannot be written; nothing is left.</exception>
    public static void Write(
        string path, IReadOnlyList<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        TensorSpec[] specs = [.. tensors.Select(pair => new TensorSpec(pair.Key, TensorDTypes.Of(pair.Value.dtype), pair.Value.shape))];
        Write(path, specs, (index, stream) => TensorStream.Write(tensors[index].Value, specs[index].DType, stream), metadata);
    }

    /// <summary>Writes tensors whose bytes a callback streams.</summary>
    /// <param name="path">The final name; an existing file is replaced.</param>
    /// <param name="tensors">What the header says, in the order of the data.</param>
    /// <param name="writeData">Writes the bytes of the tensor at an index: exactly as many as its shape and dtype need.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>; <see cref="PyTorchMetadata"/> by default.</param>
    /// <exception cref="InputException">The disk is full or the place cannot be written; nothing is left.</exception>
    public static void Write(
        string path, IReadOnlyList<TensorSpec> tensors, Action<int, Stream> writeData, IReadOnlyDictionary<string, string>? metadata = null)
    {
        byte[] header = CreateHeader(tensors, metadata ?? PyTorchMetadata);
        AtomicFile.Write(path, stream =>
        {
            stream.Write(header);
            long position = header.Length;
            for (int i = 0; i < tensors.Count; i++)
            {
                writeData(i, stream);
                position += tensors[i].ByteLength;
                if (stream.Position != position)
                {
                    throw new InvalidOperationException($"{tensors[i].Name}: {stream.Position - position + tensors[i].ByteLength} bytes were written, "
                        + $"{tensors[i].ByteLength} are needed.");
                }
            }
        });
    }

    /// <summary>The length, the JSON and its padding: all that stands before the data.</summary>
    /// <param name="tensors">In the order of the data.</param>
    /// <param name="metadata">Texts for <c>__metadata__</c>; left out where empty.</param>
    public static byte[] CreateHeader(IReadOnlyList<TensorSpec> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        using MemoryStream stream = new();
        stream.Write(new byte[8]);
        // The encoder leaves names readable; the reader of any language undoes what it does escape.
        using (Utf8JsonWriter json = new(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (metadata.Count > 0)
            {
                json.WriteStartObject("__metadata__");
                foreach ((string key, string value) in metadata)
                {
                    json.WriteString(key, value);
                }

                json.WriteEndObject();
            }

            HashSet<string> names = [];
            long begin = 0;
            foreach (TensorSpec tensor in tensors)
            {
                if (!names.Add(tensor.Name) || tensor.Name == "__metadata__")
                {
                    throw new ArgumentException($"{tensor.Name} cannot be the name of one more tensor.", nameof(tensors));
                }

                long end = checked(begin + tensor.ByteLength);
                WriteTensor(json, tensor, begin, end);
                begin = end;
            }

            json.WriteEndObject();
        }

        while (stream.Length % 8 != 0)
        {
            stream.WriteByte((byte)' ');
        }

        byte[] header = stream.ToArray();
        if (header.Length - 8 > SafetensorsHeaderReader.MaxHeaderBytes)
        {
            throw new ArgumentException($"a header of {header.Length} bytes exceeds what readers accept.", nameof(tensors));
        }

        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)(header.Length - 8));
        return header;
    }

    private static void WriteTensor(Utf8JsonWriter json, TensorSpec tensor, long begin, long end)
    {
        json.WriteStartObject(tensor.Name);
        json.WriteString("dtype", TensorDTypes.NameOf(tensor.DType));
        json.WriteStartArray("shape");
        foreach (long size in tensor.Shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteStartArray("data_offsets");
        json.WriteNumberValue(begin);
        json.WriteNumberValue(end);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
