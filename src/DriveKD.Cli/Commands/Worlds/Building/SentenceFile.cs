using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;
using DriveKD.World.Questions.Files;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>The text that the models' tokenizer is trained on: every sentence of the training part once.</summary>
internal static class SentenceFile
{
    // The headers of the chat layout, which would else fall apart into letters.
    private static readonly string[] _roles = ["user", "assistant"];

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <param name="data">The folder of a data set.</param>
    /// <param name="file">The file.</param>
    /// <param name="cancellation">Stops between records.</param>
    /// <exception cref="Data.Errors.InputException">The data set is damaged, or the file cannot be written.</exception>
    public static void Write(string data, string file, CancellationToken cancellation)
    {
        OrderedDictionary<string, bool> lines = [];
        foreach (string ending in (string[])[".json", DatasetFiles.Captions, DatasetFiles.Places, DatasetFiles.General])
        {
            RecordFile records = RecordReader.Read(Path.Combine(data, "train" + ending), new RecordReadOptions(), progress: null, cancellation);
            foreach (string text in records.Samples.SelectMany(sample => (string[])[sample.Question, sample.Answer ?? ""]))
            {
                foreach (string line in text.Replace(Sample.ImagePlaceholder, "", StringComparison.Ordinal).Split('\n').Where(line => line.Length > 0))
                {
                    lines.TryAdd(line, true);
                }
            }
        }

        AtomicFile.WriteText(file, string.Concat(lines.Keys.Concat(_roles).Select(line => line + "\n")));
    }
}
