using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;

namespace DriveKD.Distillation.Training;

/// <summary>
/// The run folder's list of samples that were left out because a loss or gradient was no number: a line per sample or batch, with the
/// optimizer step, the sample's place and what was wrong. Without such samples there is no file.
/// </summary>
/// <param name="file">The file.</param>
internal sealed class SkippedSamples(string file)
{
    /// <summary>Adds a line.</summary>
    /// <param name="step">The optimizer step, from 1.</param>
    /// <param name="problem">Sample and reason.</param>
    /// <exception cref="InputException">The disk is full or the file cannot be written.</exception>
    public void Add(int step, Problem problem)
    {
        try
        {
            File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{step}\t{problem.Where}\t{problem.What}\n"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"could not be written: {exception.Message}", exception);
        }
    }

    /// <summary>A resumed run takes the steps behind its checkpoint again: their lines go.</summary>
    /// <param name="step">The checkpoint's step.</param>
    public void KeepUntil(int step)
    {
        if (File.Exists(file))
        {
            string[] kept = [.. File.ReadLines(file).Where(line => int.TryParse(line.Split('\t')[0], CultureInfo.InvariantCulture, out int number) && number <= step)];
            AtomicFile.WriteText(file, string.Concat(kept.Select(line => line + "\n")));
        }
    }
}
