using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples.Json;
using DriveKD.Data.Samples.Layouts;

namespace DriveKD.Data.Samples;

/// <summary>
/// Reads record files of the three public layouts (Drive-KD, DriveLM v1.1, DriveBench) into <see cref="Sample"/>s. The layout is
/// told by the content. A file is read as a stream: one record or key frame at a time, whatever its size.
/// </summary>
public static class RecordReader
{
    /// <summary>Reads a whole file.</summary>
    /// <param name="file">The record file: JSON in UTF-8.</param>
    /// <param name="options">Image root, what to do about faults, whether answers are needed; the defaults where null.</param>
    /// <param name="progress">Told the bytes read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>The samples in the order of the file.</returns>
    /// <exception cref="InputException">
    /// The file cannot be read, is not JSON (with line and byte), has none of the layouts or no record; or, under
    /// <see cref="OnError.Stop"/>, any record is faulty: then every fault of the file is a problem of the exception.
    /// </exception>
    public static RecordFile Read(
        string file,
        RecordReadOptions? options = null,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        options ??= new RecordReadOptions();
        if (!File.Exists(file))
        {
            throw new InputException(file, Directory.Exists(file) ? "is a folder; expected a file of records (JSON)." : "does not exist; expected a file of records (JSON).");
        }

        SampleCollector collector = new(file, options);
        RecordFile records;
        try
        {
            records = ReadRecords(file, collector, progress, cancellationToken);
        }
        catch (JsonException exception)
        {
            Problem broken = new(file, DescribeBroken(exception, new FileInfo(file).Length));
            throw new InputException([broken, .. collector.Faults.Select(fault => fault.ToProblem())], exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"cannot be read: {exception.Message}", exception);
        }

        if (records.Faults.Count > 0 && options.OnError == OnError.Stop)
        {
            throw new InputException([.. records.Faults.Select(fault => fault.ToProblem())]);
        }

        return records.RecordCount > 0 || records.Faults.Count > 0
            ? records
            : throw new InputException(file, "holds no question: its scenes have no key frames, or the key frames no QA.");
    }

    private static RecordFile ReadRecords(
        string file, SampleCollector collector, IProgress<DataProgress>? progress, CancellationToken cancellationToken)
    {
        DetectedLayout detected = LayoutDetector.Detect(file, cancellationToken);
        long length = new FileInfo(file).Length;
        void OnBytesRead(long bytes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new DataProgress($"reading {Path.GetFileName(file)}", bytes, length));
        }

        using JsonTokenStream tokens = new(file, OnBytesRead);
        if (detected.Layout == RecordLayout.DriveLm)
        {
            DriveLmReader.Read(tokens, collector);
        }
        else
        {
            RecordListReader.Read(tokens, detected, collector);
        }

        return collector.ToRecordFile(detected.Layout);
    }

    private static string DescribeBroken(JsonException exception, long length)
    {
        if (length == 0)
        {
            return "is an empty file; expected records (JSON).";
        }

        // The message ends in the position, counted from 0; people count lines from 1.
        string message = exception.Message;
        int position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        string reason = position < 0 ? message : message[..position];
        return $"is not valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: {reason}";
    }
}
