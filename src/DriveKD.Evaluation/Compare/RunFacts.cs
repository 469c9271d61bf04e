using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;

namespace DriveKD.Evaluation.Compare;

/// <summary>The content of a run's <c>result.json</c>: what it was and what it cost; its answers stand beside it.</summary>
public sealed record RunFacts
{
    /// <summary>The file's name.</summary>
    public const string FileName = "result.json";

    /// <summary>The fingerprint of everything that decides the result.</summary>
    public required string Key { get; init; }

    /// <summary>The program that made it: version and commit.</summary>
    public required string Program { get; init; }

    /// <summary>The tuning setting in force; null for the arm as it is.</summary>
    public string? Setting { get; init; }

    /// <summary>Why the run failed; null where it did not. Everything below is then unset.</summary>
    public string? Error { get; init; }

    /// <summary>Optimizer steps.</summary>
    public int Steps { get; init; }

    /// <summary>Samples trained on, repetitions counted.</summary>
    public long Samples { get; init; }

    /// <summary>Different training samples.</summary>
    public int TrainingSet { get; init; }

    /// <summary>SHA-256 over the identifiers of the training samples in their order: the same for all arms of a seed.</summary>
    public string? TrainingSetHash { get; init; }

    /// <summary>Seconds of training.</summary>
    public double TrainingSeconds { get; init; }

    /// <summary>Seconds of answering.</summary>
    public double AnsweringSeconds { get; init; }

    /// <summary>Seconds that the processor worked on the run.</summary>
    public double ProcessorSeconds { get; init; }

    /// <summary>SHA-256 of the student's weight file.</summary>
    public string? WeightsHash { get; init; }

    /// <summary>Reads a run's facts.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <returns>Null where there are none, or where they are damaged: the run is then made again.</returns>
    public static RunFacts? Find(string folder)
    {
        string file = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<RunFacts>(File.ReadAllBytes(file), CompareJson.Document) : null;
        }
        catch (JsonException)
        {
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"could not be read: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the facts.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, CompareJson.Document) + "\n");
}
