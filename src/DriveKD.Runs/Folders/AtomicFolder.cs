using DriveKD.Data.Errors;

namespace DriveKD.Runs.Folders;

/// <summary>Writes folders that are whole or absent: a temporary name beside the final one, flushed to the disk, then renamed.</summary>
public static class AtomicFolder
{
    /// <summary>Writes a folder by a callback.</summary>
    /// <param name="path">The final name; nothing may have it yet.</param>
    /// <param name="write">
    /// Fills the temporary folder whose path it is given; if it throws, nothing is left. Remains of an earlier try, ended by a crash, are
    /// cleared away first.
    /// </param>
    /// <exception cref="InputException">The name is taken, the disk is full or the place cannot be written.</exception>
    public static void Write(string path, Action<string> write)
    {
        path = Path.TrimEndingDirectorySeparator(path);
        if (Path.Exists(path))
        {
            throw new InputException(path, "already exists; nothing was changed.");
        }

        string temporary = path + AtomicFile.TemporarySuffix;
        try
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }

            Directory.CreateDirectory(temporary);
            write(temporary);
            DiskFlush.Everything(temporary);
            Directory.Move(temporary, path);
            DiskFlush.FolderOf(path);
        }
        catch (Exception exception)
        {
            QuietDeletion.Folder(temporary);
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new InputException(path, $"could not be written: {exception.Message.TrimEnd('.')}. Nothing was changed.", exception);
            }

            throw;
        }
    }
}
