using System.Buffers;
using System.Text.Json;
using DriveKD.Data.Errors;

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
        : this(Create(path), path)
    {
    }

    private MetricsWriter(FileStream stream, string path) => (_stream, _path) = (stream, path);

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

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();

    private static FileStream Create(string path)
    {
        try
        {
            // No buffer: every line is one write.
            return new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read | FileShare.Delete, bufferSize: 0);
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
