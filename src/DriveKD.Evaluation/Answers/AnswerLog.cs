using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Data.Errors;

namespace DriveKD.Evaluation.Answers;

/// <summary>
/// The answers of one model to one pass, a JSON object per line, written as they come. Each line is whole or absent: what a kill left of the
/// last one is taken away when the file is opened again.
/// </summary>
public sealed class AnswerLog : IDisposable
{
    private static readonly JsonSerializerOptions _layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _file;
    private readonly FileStream _stream;
    private readonly Dictionary<string, ModelAnswer> _answers;

    private AnswerLog(string file, FileStream stream, Dictionary<string, ModelAnswer> answers) => (_file, _stream, _answers) = (file, stream, answers);

    /// <summary>The answers by the questions' names. Of two the first counts, unless it is an error.</summary>
    public IReadOnlyDictionary<string, ModelAnswer> Answers => _answers;

    /// <summary>Opens a file to go on with, or makes one.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InputException">It cannot be written, or a line before its last is no answer.</exception>
    public static AnswerLog Open(string file)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
            byte[] bytes = File.Exists(file) ? File.ReadAllBytes(file) : [];
            Dictionary<string, ModelAnswer> answers = Parse(file, bytes, out int whole);

            // Without a buffer of its own every write is one call to the system: a kill finds a line there or not.
            FileStream stream = new(file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read, bufferSize: 0);
            stream.SetLength(whole);
            stream.Position = whole;
            if (whole > 0 && bytes[whole - 1] != '\n')
            {
                stream.WriteByte((byte)'\n');
            }

            return new AnswerLog(file, stream, answers);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"the answers cannot be written: {exception.Message}", exception);
        }
    }

    /// <summary>Reads a file without changing it; one that is absent holds no answers.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InputException">It cannot be read, or a line before its last is no answer.</exception>
    public static IReadOnlyDictionary<string, ModelAnswer> Read(string file)
    {
        try
        {
            return File.Exists(file) ? Parse(file, File.ReadAllBytes(file), out _) : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"the answers cannot be read: {exception.Message}", exception);
        }
    }

    /// <summary>Writes answers and brings them to the disk.</summary>
    /// <param name="answers">Answers, one line each.</param>
    /// <exception cref="InputException">The disk is full or gone.</exception>
    public void Append(IReadOnlyList<ModelAnswer> answers)
    {
        StringBuilder lines = new();
        foreach (ModelAnswer answer in answers)
        {
            lines.Append(JsonSerializer.Serialize(answer, _layout)).Append('\n');
        }

        try
        {
            _stream.Write(Encoding.UTF8.GetBytes(lines.ToString()));
            _stream.Flush(flushToDisk: true);
        }
        catch (IOException exception)
        {
            throw new InputException(_file, $"answers could not be written: {exception.Message}. Make room and resume the run.", exception);
        }

        foreach (ModelAnswer answer in answers)
        {
            Add(_answers, answer);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();

    /// <summary>The answers, and how many bytes hold whole ones.</summary>
    private static Dictionary<string, ModelAnswer> Parse(string file, ReadOnlySpan<byte> bytes, out int whole)
    {
        Dictionary<string, ModelAnswer> answers = new(StringComparer.Ordinal);
        whole = 0;
        for (int number = 1; whole < bytes.Length; number++)
        {
            int length = bytes[whole..].IndexOf((byte)'\n');
            bool isLast = length < 0 || whole + length + 1 == bytes.Length;
            ReadOnlySpan<byte> line = length < 0 ? bytes[whole..] : bytes.Slice(whole, length);
            if (ReadLine(line, out string? problem) is ModelAnswer answer)
            {
                Add(answers, answer);
            }
            else if (!isLast)
            {
                throw new InputException(
                    string.Create(CultureInfo.InvariantCulture, $"{file}, line {number}"), $"is no answer: {problem} Delete the line; the question is then asked again.");
            }
            else
            {
                return answers;
            }

            whole += length < 0 ? line.Length : length + 1;
        }

        return answers;
    }

    private static ModelAnswer? ReadLine(ReadOnlySpan<byte> line, out string? problem)
    {
        try
        {
            ModelAnswer? answer = JsonSerializer.Deserialize<ModelAnswer>(line, _layout);
            problem = answer is null ? "it is null." : answer.Pred is null && answer.Error is null ? "it has neither pred nor error." : null;
            return problem is null ? answer : null;
        }
        catch (JsonException exception)
        {
            problem = exception.Message;
            return null;
        }
    }

    private static void Add(Dictionary<string, ModelAnswer> answers, ModelAnswer answer)
    {
        if (!answers.TryGetValue(answer.Id, out ModelAnswer? before) || before.Error is not null)
        {
            answers[answer.Id] = answer;
        }
    }
}
