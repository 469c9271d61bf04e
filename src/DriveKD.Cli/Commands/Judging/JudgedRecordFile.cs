using System.Text;
using DriveKD.Data.Errors;
using DriveKD.Evaluation.Judge;
using DriveKD.Runs.Folders;

namespace DriveKD.Cli.Commands.Judging;

/// <summary>The graded records on disk: line by line as they come, and in the order of the answers once they are complete.</summary>
internal sealed class JudgedRecordFile : IDisposable
{
    private readonly string _path;
    private readonly StreamWriter _writer;

    public JudgedRecordFile(string path)
    {
        _path = path;
        try
        {
            _writer = new StreamWriter(path, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n", AutoFlush = true };
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Appends a record.</summary>
    public void Add(JudgedRecord record) => _writer.WriteLine(JudgedRecordJson.Write(record));

    /// <summary>Puts all records in order.</summary>
    public void Complete(IReadOnlyList<JudgedRecord> records)
    {
        _writer.Dispose();
        AtomicFile.Write(_path, stream =>
        {
            using StreamWriter writer = new(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true) { NewLine = "\n" };
            foreach (JudgedRecord record in records)
            {
                writer.WriteLine(JudgedRecordJson.Write(record));
            }
        });
    }

    /// <inheritdoc />
    public void Dispose() => _writer.Dispose();
}
