using DriveKD.Data.Errors;

namespace DriveKD.Models.Checkpoints;

/// <summary>Asks for room on a disk before a long writing begins.</summary>
internal static class DiskSpace
{
    /// <summary>Refuses a writing that the disk has no room for.</summary>
    /// <param name="path">Where it will be; it need not exist yet.</param>
    /// <param name="bytes">What it needs.</param>
    /// <exception cref="InputException">Fewer bytes are free.</exception>
    public static void Require(string path, long bytes)
    {
        string? folder = Path.GetFullPath(path);
        while (folder is not null && !Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        if (folder is null)
        {
            return;
        }

        long free;
        try
        {
            free = new DriveInfo(folder).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"the free space of its disk could not be asked for: {exception.Message}", exception);
        }

        if (free < bytes)
        {
            throw new InputException(path, $"needs {ByteCount.Format(bytes)}, but its disk has {ByteCount.Format(free)} free. Make room or choose another disk.");
        }
    }
}
