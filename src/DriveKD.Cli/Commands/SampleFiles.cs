using DriveKD.Data.Errors;
using DriveKD.Data.Samples;

namespace DriveKD.Cli.Commands;

/// <summary>Reads the record files of a recipe.</summary>
internal static class SampleFiles
{
    /// <summary>Reads files one after the other; what was left out is said.</summary>
    /// <param name="terminal">Shows what was left out.</param>
    /// <param name="files">The files.</param>
    /// <param name="options">How they are read.</param>
    /// <param name="progress">Told the bytes read.</param>
    /// <param name="problems">Receives the problems of all files.</param>
    public static List<Sample> Read(Terminal terminal, IReadOnlyList<string> files, RecordReadOptions options, IProgress<DataProgress> progress, List<Problem> problems)
    {
        List<Sample> samples = [];
        foreach (string file in files)
        {
            try
            {
                RecordFile records = RecordReader.Read(file, options, progress, terminal.Interrupted);
                samples.AddRange(records.Samples);
                if (records.LeftOutCount > 0)
                {
                    string kinds = string.Join(", ", records.FaultCounts.Select(entry => $"{entry.Key}: {entry.Value}"));
                    terminal.ErrorText.WriteLine($"{file}: {records.LeftOutCount} of {records.RecordCount} records left out ({kinds})");
                }
            }
            catch (InputException exception)
            {
                problems.AddRange(exception.Problems);
            }
        }

        return samples;
    }
}
