using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;

namespace DriveKD.Cli;

/// <summary>A file that a command will write when its long work is done.</summary>
internal static class OutputFile
{
    /// <summary>Finds out beforehand whether it can be written, by writing nothing beside it.</summary>
    /// <param name="path">The file; an existing one would be replaced.</param>
    /// <exception cref="InputException">It is a folder, or its folder is missing or cannot be written.</exception>
    public static void RequireWritable(string path)
    {
        if (Directory.Exists(path))
        {
            throw new InputException(path, "is a folder; the name of a file to write is expected.");
        }

        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!Directory.Exists(folder))
        {
            throw new InputException(path, $"cannot be written: there is no folder {folder}; make it first.");
        }

        try
        {
            using FileStream probe = new(
                path + AtomicFile.TemporarySuffix, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"cannot be written: {exception.Message}", exception);
        }
    }
}
