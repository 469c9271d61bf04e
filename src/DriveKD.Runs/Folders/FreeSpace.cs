using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Runs.Folders;

/// <summary>Tells before a long computation that its result would not fit on the disk.</summary>
public static class FreeSpace
{
    /// <summary>The bytes that this user may still write at a place.</summary>
    /// <param name="path">A file or folder, perhaps not there yet.</param>
    public static long BytesAt(string path) => new DriveInfo(NearestFolder(path)).AvailableFreeSpace;

    /// <summary>Refuses to begin what does not fit.</summary>
    /// <param name="path">Where it would be written; perhaps not there yet.</param>
    /// <param name="bytes">How much it is.</param>
    /// <param name="what">What it is, for the message: "a checkpoint".</param>
    /// <exception cref="InputException">There is less room.</exception>
    public static void Require(string path, long bytes, string what)
    {
        long free = BytesAt(path);
        if (free < bytes)
        {
            throw new InputException(
                path, $"{what} needs {Size(bytes)}, but only {Size(free)} are free; make room or choose another place");
        }
    }

    /// <summary>The path itself, or the nearest folder above it that exists.</summary>
    internal static string NearestFolder(string path)
    {
        string? folder = Path.GetFullPath(path);
        while (!Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InputException(path, "there is no such drive");
        }

        return folder;
    }

    private static string Size(long bytes) =>
        bytes >= 1_000_000_000
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.#} GB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.###} MB");
}
