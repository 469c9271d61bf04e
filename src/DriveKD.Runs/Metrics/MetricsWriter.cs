using System.Buffers;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;

namespace DriveKD.Runs.Metrics;

/// <summary>
/// Writes <c>metrics.jsonl</c>: one JSON object per optimizer step, handed to the operating system line by line, so that a killed
/// process loses at most the line it was writing. Numbers read back to the same bits; NaN and infinities, which JSON lacks, are the
/// texts "NaN", "Infinity" and "-Infinity".
/// </summary>
public sealed class MetricsWriter : IDisposable
{
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly ArrayBufferWriter<byte> _line = new();
    private long _lastStep;

    /// <summary>Creates the file.</summary>
    /// <param name="path">The file; it does not exist yet.</param>
    /// <exception cref="InputException">The file exists or cannot be created.</exception>
    public MetricsWriter(string path)
        : this(Open(path, FileMode.CreateNew), path)
    {
    }

    private MetricsWriter(FileStream stream, string path, long lastStep = 0) => (_stream, _path, _lastStep) = (stream, path, lastStep);

    /// <summary>Goes on with the file of an interrupted run: lines behind a step, and a torn one, are taken away first.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lastStep">The last step that is kept; the lines of all steps up to it must be there.</param>
    /// <param name="kept">The lines that are kept.</param>
    /// <exception cref="InputException">The file cannot be read or written, is damaged, or ends before that step.</exception>
    public static MetricsWriter Continue(string path, long lastStep, out IReadOnlyList<MetricsRow> kept)
    {
        MetricsLog log = MetricsReader.Read(path);
        kept = [.. log.Rows.Where(row => row.Step <= lastStep)];
        if (kept.Count != lastStep)
        {
            throw new InputException(path, $"holds {kept.Count} of the {lastStep} lines up to step {lastStep}; the run's metrics are not whole.");
        }

        if (kept.Count < log.Rows.Count || log.TornLine is not null)
        {
            string[] lines = [.. File.ReadLines(path).Take(kept.Count)];
            AtomicFile.WriteText(path, string.Concat(lines.Select(line => line + "\n")));
        }

        return new MetricsWriter(Open(path, FileMode.Append), path, lastStep);
    }

    /// <summary>Writes into a stream that is already open, for tests of its faults.</summary>
    internal static MetricsWriter Over(FileStream stream, string name) => new(stream, name);

    /// <summary>Writes a line.</summary>
    /// <param name="step">Optimizer steps done, counted from 1; larger than the line before.</param>
    /// <param name="values">Names of lower-case letters, digits, underscores and dots (<c>loss.ce</c>), each once, and their numbers.</param>
    /// <exception cref="InputException">The disk is full or the file cannot be written; the lines before are whole.</exception>
    public void Write(long step, IEnumerable<KeyValuePair<string, double>> values)
    {
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, _lastStep);
        _line.ResetWrittenCount();
        using (Utf8JsonWriter json = new(_line))
        {
            WriteObject(json, step, values);
        }

        _line.Write("\n"u8);
        Append(step);
        _lastStep = step;
    }

    /// <summary>Brings the lines to the disk: a checkpoint must not be newer than they are.</summary>
    /// <exception cref="InputException">The disk is full or gone.</exception>
    public void Flush()
    {
        try
        {
            _stream.Flush(flushToDisk: true);
        }
        catch (IOException exception)
        {
            throw new InputException(_path, $"could not be flushed: {exception.Message}", exception);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();

    private static FileStream Open(string path, FileMode mode)
    {
        try
        {
            // No buffer: every line is one write.
            return new FileStream(path, mode, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"could not be created: {exception.Message}", exception);
        }
    }

    private static void WriteObject(Utf8JsonWriter json, long step, IEnumerable<KeyValuePair<string, double>> values)
    {
        HashSet<string> names = [MetricsRow.StepName];
        json.WriteStartObject();
        json.WriteNumber(MetricsRow.StepName, step);
        foreach ((string name, double value) in values)
        {
            if (!MetricsRow.IsName(name) || !names.Add(name))
            {
                throw new ArgumentException($"The metric name '{name}' is malformed or taken.", nameof(values));
            }

            if (double.IsFinite(value))
            {
                json.WriteNumber(name, value);
            }
            else
            {
                json.WriteString(name, MetricsRow.NameOf(value));
            }
        }

        json.WriteEndObject();
    }

    private void Append(long step)
    {
        long length = _stream.CanSeek ? _stream.Position : 0;
        try
        {
            _stream.Write(_line.WrittenSpan);
        }
        catch (IOException exception)
        {
            TakeBack(length);
            throw new InputException(_path, $"step {step} could not be written: {exception.Message.TrimEnd('.')}. The steps before it are whole.", exception);
        }
    }

    /// <summary>A disk that is full may have taken the beginning of a line.</summary>
    private void TakeBack(long length)
    {
        try
        {
            _stream.SetLength(length);
            _stream.Position = length;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            // The torn line stays; readers recognise it.
        }
    }
}
