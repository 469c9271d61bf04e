using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples.Json;

namespace DriveKD.Evaluation.DriveBench.Records;

/// <summary>Reads JSON files of answers and references; what is not JSON is the user's mistake, named with its place.</summary>
internal static class JsonRecordFile
{
    /// <summary>The root of a file.</summary>
    public static RecordNode Read(string file, Action<long>? bytesRead = null)
    {
        if (!File.Exists(file))
        {
            throw new InputException(file, Directory.Exists(file) ? "is a folder; expected a JSON file." : "does not exist; expected a JSON file.");
        }

        try
        {
            using JsonTokenStream tokens = new(file, bytesRead);
            tokens.Read();
            RecordNode root = RecordNode.Read(tokens);
            tokens.Read();
            return root;
        }
        catch (JsonException exception)
        {
            string message = exception.Message;
            int position = message.IndexOf(" LineNumber:", StringComparison.Ordinal);
            string what = new FileInfo(file).Length == 0
                ? "is an empty file; expected JSON."
                : $"is not valid JSON at line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}: {(position < 0 ? message : message[..position])}";
            throw new InputException(file, what, exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>The root of a file that is an object.</summary>
    public static RecordNode ReadObject(string file) =>
        Read(file) is { Kind: JsonValueKind.Object } root ? root : throw new InputException(file, "is not an object of scenes.");
}
