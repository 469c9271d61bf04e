using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DriveKD.Runs.Folders;

/// <summary>
/// Brings to the disk what a rename made visible. A rename is atomic at once, but survives a power cut only when the folder that holds
/// the name is flushed too; and a renamed folder is whole only when its files were flushed before.
/// </summary>
internal static class DiskFlush
{
    private const int ReadOnly = 0;

    /// <summary>Flushes the folder that holds a name.</summary>
    public static void FolderOf(string path) => Folder(Path.GetDirectoryName(Path.GetFullPath(path))!);

    /// <summary>Flushes every file below a folder, and the folders themselves.</summary>
    public static void Everything(string folder)
    {
        foreach (string file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            // Windows flushes only what may be written; elsewhere a read-only file is flushed like any other.
            bool isReadOnly = OperatingSystem.IsWindows() && File.GetAttributes(file).HasFlag(FileAttributes.ReadOnly);
            if (!isReadOnly)
            {
                FileAccess access = OperatingSystem.IsWindows() ? FileAccess.ReadWrite : FileAccess.Read;
                using SafeFileHandle handle = File.OpenHandle(file, FileMode.Open, access, FileShare.ReadWrite);
                RandomAccess.FlushToDisk(handle);
            }
        }

        foreach (string inner in Directory.EnumerateDirectories(folder, "*", SearchOption.AllDirectories))
        {
            Folder(inner);
        }

        Folder(folder);
    }

    /// <summary>.NET opens no folders, so this asks the C library; Windows keeps names safe by its journal.</summary>
    private static void Folder(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        int descriptor = Open(folder, ReadOnly);
        if (descriptor >= 0)
        {
            // Some network file systems cannot flush a folder; the file is written all the same.
            _ = Synchronize(descriptor);
            _ = Close(descriptor);
        }
    }

    [DllImport("libc", EntryPoint = "open", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "fsync")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Synchronize(int descriptor);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
