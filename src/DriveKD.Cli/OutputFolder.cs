using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;

namespace DriveKD.Cli;

/// <summary>A folder that a command will write when its long work is done; it appears whole or not at all.</summary>
internal static class OutputFolder
{
    /// <summary>Finds out beforehand whether the name is free.</summary>
    /// <param name="path">The folder; an empty one may be there.</param>
    /// <exception cref="InputException">It is a file, holds something, or cannot be looked into.</exception>
    public static void RequireFree(string path)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new InputException("output folder", "has no name.");
        }

        if (File.Exists(path))
        {
            throw new InputException(path, "is a file; a folder that does not exist yet is expected.");
        }

        try
        {
            if (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any())
            {
                throw new InputException(path, "already exists and is not empty. Choose another folder, or delete it first.");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"could not be read: {exception.Message}", exception);
        }
    }

    /// <summary>Writes it, with the folders above it.</summary>
    /// <param name="path">As for <see cref="RequireFree"/>.</param>
    /// <param name="write">Fills the temporary folder whose path it is given.</param>
    /// <exception cref="InputException">The name is taken, the disk is full or the place cannot be written.</exception>
    public static void Write(string path, Action<string> write)
    {
        RequireFree(path);
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        try
        {
            if (Directory.Exists(full))
            {
                Directory.Delete(full);
            }

            Directory.CreateDirectory(Path.GetDirectoryName(full) ?? full);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"could not be written: {exception.Message}", exception);
        }

        AtomicFolder.Write(full, write);
    }
}
