using System.Text.Json;
using DriveKD.Data.Errors;

namespace DriveKD.Runs.Folders;

/// <summary>The content of a run folder's <c>run.json</c>.</summary>
public sealed record RunStatus
{
    /// <summary>The file's name. A folder that holds it holds a run.</summary>
    public const string FileName = "run.json";

    /// <summary>What became of the run.</summary>
    public required RunState State { get; init; }

    /// <summary>When the run folder was created.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When the run ended; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The process that started it.</summary>
    public required int ProcessId { get; init; }

    /// <summary>Optimizer steps done at its end; for an evaluation the answers it had.</summary>
    public long? Steps { get; init; }

    /// <summary>Why it failed or was cancelled.</summary>
    public string? Reason { get; init; }

    /// <summary>The times that it was taken up again; null where there was none.</summary>
    public IReadOnlyList<RunResumption>? Resumptions { get; init; }

    /// <summary>What the run itself has to say to its readers, each once; null for nothing.</summary>
    public IReadOnlyList<string>? Notices { get; init; }

    /// <summary>Reads a run folder's status.</summary>
    /// <param name="runFolder">The run folder.</param>
    /// <exception cref="InputException">The folder holds no run, or the file is damaged.</exception>
    public static RunStatus Read(string runFolder)
    {
        string file = Path.Combine(runFolder, FileName);
        try
        {
            return JsonSerializer.Deserialize<RunStatus>(File.ReadAllBytes(file), RunJson.Options)
                ?? throw new InputException(file, "holds null, expected a run's status");
        }
        catch (JsonException exception)
        {
            throw new InputException(file, $"is damaged: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(runFolder, $"holds no run: {exception.Message}", exception);
        }
    }

    /// <summary>Replaces a run folder's status.</summary>
    internal void Write(string runFolder) =>
        AtomicFile.WriteText(Path.Combine(runFolder, FileName), JsonSerializer.Serialize(this, RunJson.Options) + "\n");
}
