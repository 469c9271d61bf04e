using System.CommandLine;
using DriveKD.Distillation.Training;
using DriveKD.Models.Checkpoints;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace DriveKD.Benchmarks.Checkpoints;

/// <summary>Writing and reading weights and training states against plain copying on the same disk.</summary>
internal static class CheckpointCommand
{
    private const int BufferBytes = 16 << 20;

    private const string PlainWrite = "plain file: written from memory, flushed";
    private const string PlainCopy = "plain file: copied, flushed";
    private const string WriteFile = "one safetensors file: written";
    private const string WriteState = "training state: written";
    private const string PlainRead = "plain file: read into fresh memory";
    private const string ReadFile = "one safetensors file: read into tensors";
    private const string ReadState = "training state: read into tensors";

    private static readonly Dictionary<string, IReadOnlyDictionary<string, double>> _numbers = new()
    {
        ["counters"] = new Dictionary<string, double> { ["step"] = 1 },
    };

    public static Command Create()
    {
        Option<int> megabytes = new("--megabytes") { Description = "Size of what is written and read.", DefaultValueFactory = _ => 1000 };
        Option<int> rounds = new("--rounds") { Description = "How often everything is measured.", DefaultValueFactory = _ => 5 };
        Option<string?> folder = new("--folder") { Description = "A folder on the disk to measure; the temporary folder by default." };
        Command command = new("checkpoint", "Writing and reading checkpoints against plain files on the same disk; the goal is near the disk's speed.") { megabytes, rounds, folder };
        command.SetAction(parse => Run(parse.GetValue(megabytes), parse.GetValue(rounds), parse.GetValue(folder)));
        return command;
    }

    private static void Run(int megabytes, int rounds, string? folder)
    {
        Report.Machine();
        using ScratchFolder scratch = new(folder);
        // A state holds weights and two moments: three sets of the same tensors.
        Dictionary<string, Tensor>[] sets = [.. Enumerable.Range(0, 3).Select(_ => CreateSet(megabytes * 1_000_000L / 3))];
        KeyValuePair<string, Tensor>[] all = [.. sets.SelectMany((set, i) => set.Select(entry => KeyValuePair.Create($"{i}.{entry.Key}", entry.Value)))];
        long bytes = all.Sum(entry => entry.Value.numel() * entry.Value.element_size());
        Report.Line($"{bytes / 1e6:F0} MB in {all.Length} tensors; files are in the page cache when they are read");
        Dictionary<string, IReadOnlyDictionary<string, Tensor>> state = new()
        {
            ["weights"] = sets[0],
            ["optimizer"] = sets[1].Concat(sets[2].Select(entry => KeyValuePair.Create(entry.Key + ".square", entry.Value))).ToDictionary(),
        };

        WritePlain(scratch["source"], all);
        Timings timings = new();
        for (int round = -1; round < rounds; round++)
        {
            Timings into = round < 0 ? new Timings() : timings;
            // Each is written anew, read and taken away before the next: replacing a file would time the freeing of the old one too, and
            // what comes last would find the page cache full.
            into.Time(PlainCopy, () => CopyPlain(scratch["source"], scratch["copy"]));
            File.Delete(scratch["copy"]);

            into.Time(PlainWrite, () => WritePlain(scratch["plain"], all));
            into.Time(PlainRead, () => ReadPlain(scratch["plain"]));
            File.Delete(scratch["plain"]);

            into.Time(WriteFile, () => SafetensorsWriter.Write(scratch["file.safetensors"], all));
            into.Time(ReadFile, () => ReadTensors(scratch["file.safetensors"]));
            File.Delete(scratch["file.safetensors"]);

            Directory.CreateDirectory(scratch["state"]);
            into.Time(WriteState, () => TrainingState.Write(scratch["state"], _numbers, state));
            into.Time(ReadState, () =>
            {
                TrainingState.ReadNumbers(scratch["state"]);
                foreach (string set in state.Keys)
                {
                    TrainingState.ReadTensors(scratch["state"], set, _ => { });
                }
            });
            Directory.Delete(scratch["state"], recursive: true);
        }

        double written = timings.Median(PlainWrite);
        Report.Line($"{"",-44} {"median",10}      (range)  ratio to plain writing ({bytes / 1e6 / written:F0} MB/s)");
        foreach (string part in (string[])[PlainWrite, PlainCopy, WriteFile, WriteState])
        {
            Report.Part(timings, part, written);
        }

        double read = timings.Median(PlainRead);
        Report.Line($"{"",-44} {"",10}               ratio to plain reading ({bytes / 1e6 / read:F0} MB/s)");
        foreach (string part in (string[])[PlainRead, ReadFile, ReadState])
        {
            Report.Part(timings, part, read);
        }

        foreach (KeyValuePair<string, Tensor> entry in all)
        {
            entry.Value.Dispose();
        }
    }

    /// <summary>Tensors of the sizes of a decoder of width 896: a large embedding, then layers.</summary>
    private static Dictionary<string, Tensor> CreateSet(long bytes)
    {
        const long Width = 896;
        const long Inner = 4864;
        Dictionary<string, Tensor> tensors = [];
        long left = bytes / sizeof(float);
        long rows = left / 2 / Width;
        tensors.Add("embedding", randn(rows, Width));
        left -= rows * Width;
        for (int i = 0; left > 0; i++)
        {
            (string Name, long[] Shape)[] layer = [($"{i}.q", [Width, Width]), ($"{i}.bias", [Width]), ($"{i}.gate", [Inner, Width]), ($"{i}.norm", [Width])];
            foreach ((string name, long[] shape) in layer.Where(_ => left > 0))
            {
                tensors.Add(name, randn(shape));
                left -= shape.Aggregate((product, size) => product * size);
            }
        }

        return tensors;
    }

    private static void WritePlain(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors)
    {
        using FileStream stream = new(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        foreach ((string _, Tensor tensor) in tensors)
        {
            stream.Write(tensor.bytes);
        }

        stream.Flush(flushToDisk: true);
    }

    private static void CopyPlain(string from, string to)
    {
        using FileStream source = new(from, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        using FileStream target = new(to, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        source.CopyTo(target, BufferBytes);
        target.Flush(flushToDisk: true);
    }

    private static void ReadPlain(string path)
    {
        using SafeFileHandle handle = File.OpenHandle(path);
        long length = RandomAccess.GetLength(handle);
        using Tensor memory = empty(length, ScalarType.Byte);
        for (long start = 0; start < length; start += BufferBytes)
        {
            using Tensor part = memory.narrow(0, start, Math.Min(BufferBytes, length - start));
            if (RandomAccess.Read(handle, part.bytes, start) != part.numel())
            {
                throw new IOException($"{path} was not read whole.");
            }
        }
    }

    private static void ReadTensors(string path)
    {
        using SafetensorsFile file = SafetensorsFile.Open(path);
        List<Tensor> tensors = [.. file.Entries.Select(entry => file.ReadTensor(entry))];
        tensors.ForEach(tensor => tensor.Dispose());
    }
}
