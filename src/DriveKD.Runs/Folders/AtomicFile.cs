using System.Text;
using DriveKD.Data.Errors;

namespace DriveKD.Runs.Folders;

/// <summary>Writes files that are whole or absent: a temporary name in the same folder, flushed to the disk, then renamed.</summary>
public static class AtomicFile
{
    /// <summary>The ending of a file that is being written.</summary>
    public const string TemporarySuffix = ".writing";

    /// <summary>Writes a file by a callback.</summary>
    /// <param name="path">The final name; an existing file is replaced.</param>
    /// <param name="write">Writes the content; if it throws, nothing is left and an existing file stays as it was.</param>
    /// <exception cref="InputException">The disk is full or the place cannot be written.</exception>
    public static void Write(string path, Action<FileStream> write)
    {
        string temporary = path + TemporarySuffix;
        try
        {
            using (FileStream stream = new(temporary, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            DiskFlush.FolderOf(path);
        }
        catch (Exception exception)
        {
            QuietDeletion.File(temporary);
            if (exception is IOException or UnauthorizedAccessException)
            {
                throw new InputException(path, $"could not be written: {exception.Message.TrimEnd('.')}. Nothing was changed.", exception);
            }

            throw;
        }
    }

    /// <summary>Writes UTF-8 text without a byte-order mark.</summary>
    /// <param name="path">The final name.</param>
    /// <param name="text">The content.</param>
    /// <exception cref="InputException">The disk is full or the place cannot be written.</exception>
    public static void WriteText(string path, string text) =>
        Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Copies a file.</summary>
    /// <param name="from">The file to copy.</param>
    /// <param name="to">The final name.</param>
    /// <exception cref="InputException">The file cannot be read, the disk is full or the place cannot be written.</exception>
    public static void Copy(string from, string to)
    {
        using FileStream source = OpenSource(from);
        Write(to, source.CopyTo);
    }

    private static FileStream OpenSource(string from)
    {
        try
        {
            return File.OpenRead(from);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(from, $"could not be read: {exception.Message}", exception);
        }
    }
}
