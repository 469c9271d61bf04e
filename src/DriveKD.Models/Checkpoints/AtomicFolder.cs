using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;

namespace DriveKD.Models.Checkpoints;

/// <summary>Writes folders that are whole or absent: a temporary sibling, renamed when everything is in it.</summary>
internal static class AtomicFolder
{
    /// <summary>Writes a folder by a callback.</summary>
    /// <param name="destination">The final name: absent, or an empty folder.</param>
    /// <param name="bytesNeeded">Bytes that will be written, compared with the free space before anything is.</param>
    /// <param name="write">Writes into the folder it is given; if it throws, nothing is left.</param>
    /// <exception cref="InputException">The destination is in use, the disk is too full, or the place cannot be written.</exception>
    public static void Write(string destination, long bytesNeeded, Action<string> write)
    {
        string final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(destination));
        RequireFree(final, destination);
        DiskSpace.Require(final, bytesNeeded);
        string temporary = $"{final}.{Guid.NewGuid():N}"[..(final.Length + 9)] + AtomicFile.TemporarySuffix;
        string? firstMade = FirstMissingAncestor(final);
        bool isDone = false;
        try
        {
            Directory.CreateDirectory(temporary);
            write(temporary);
            if (Directory.Exists(final))
            {
                Directory.Delete(final);
            }

            Directory.Move(temporary, final);
            isDone = true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(destination, $"could not be written: {exception.Message} Nothing was left there.", exception);
        }
        finally
        {
            if (!isDone)
            {
                DeleteQuietly(temporary, firstMade);
            }
        }
    }

    /// <summary>Refuses a destination that holds anything.</summary>
    public static void RequireFree(string final, string shown)
    {
        try
        {
            if (File.Exists(final))
            {
                throw new InputException(shown, "is a file; a folder that does not exist yet is expected.");
            }

            if (Directory.Exists(final) && Directory.EnumerateFileSystemEntries(final).Any())
            {
                throw new InputException(shown, "already exists and is not empty. Choose another folder, or delete it first.");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(shown, $"could not be read: {exception.Message}", exception);
        }
    }

    private static string? FirstMissingAncestor(string final)
    {
        string? missing = null;
        for (string? folder = Path.GetDirectoryName(final); folder is not null && !Path.Exists(folder); folder = Path.GetDirectoryName(folder))
        {
            missing = folder;
        }

        return missing;
    }

    private static void DeleteQuietly(string temporary, string? firstMade)
    {
        try
        {
            if (Directory.Exists(temporary))
            {
                Directory.Delete(temporary, recursive: true);
            }

            if (firstMade is not null && Directory.Exists(firstMade)
                && !Directory.EnumerateFiles(firstMade, "*", SearchOption.AllDirectories).Any())
            {
                Directory.Delete(firstMade, recursive: true);
            }
        }
        catch (IOException)
        {
            // The first failure is the one to report.
        }
        catch (UnauthorizedAccessException)
        {
            // As above.
        }
    }
}
