using DriveKD.Data.Errors;
using DriveKD.Runs.Folders;

namespace DriveKD.Models.Checkpoints;

/// <summary>Writes a model folder whole or not at all, after asking for its room on the disk.</summary>
internal static class ModelFolder
{
    /// <summary>Writes a folder by a callback.</summary>
    /// <param name="destination">The final name: absent, or an empty folder. Folders above it are made.</param>
    /// <param name="bytesNeeded">Bytes that will be written, compared with the free space before anything is.</param>
    /// <param name="write">Fills the temporary folder it is given; if it throws, nothing is left.</param>
    /// <exception cref="InputException">The destination is in use, the disk too full, or the place cannot be written.</exception>
    public static void Write(string destination, long bytesNeeded, Action<string> write)
    {
        RequireFree(destination);
        string final = Path.TrimEndingDirectorySeparator(Path.GetFullPath(destination));
        FreeSpace.Require(final, bytesNeeded, "the model folder");
        bool wasThere = Directory.Exists(final);
        string? firstMade = FirstMissingAncestor(final);
        bool isDone = false;
        try
        {
            if (wasThere)
            {
                Directory.Delete(final);
            }

            AtomicFolder.Write(final, write);
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
                Restore(final, wasThere, firstMade);
            }
        }
    }

    /// <summary>Refuses a destination that holds anything.</summary>
    /// <param name="destination">The final name.</param>
    /// <exception cref="InputException">It is a file, a folder with content, or cannot be looked into.</exception>
    public static void RequireFree(string destination)
    {
        if (string.IsNullOrWhiteSpace(destination))
        {
            throw new InputException("destination folder", "has no name.");
        }

        try
        {
            if (File.Exists(destination))
            {
                throw new InputException(destination, "is a file; a folder that does not exist yet is expected.");
            }

            if (Directory.Exists(destination) && Directory.EnumerateFileSystemEntries(destination).Any())
            {
                throw new InputException(destination, "already exists and is not empty. Choose another folder, or delete it first.");
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(destination, $"could not be read: {exception.Message}", exception);
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

    private static void Restore(string final, bool wasThere, string? firstMade)
    {
        try
        {
            if (wasThere)
            {
                Directory.CreateDirectory(final);
            }
            else if (firstMade is not null && Directory.Exists(firstMade) && !Directory.EnumerateFiles(firstMade, "*", SearchOption.AllDirectories).Any())
            {
                Directory.Delete(firstMade, recursive: true);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The first failure is the one to report.
        }
    }
}
