using System.Runtime.InteropServices;

namespace DriveKD.Models.Native;

/// <summary>
/// glibc hands every large block back to the kernel when it is freed, and each new one is paged in again: libtorch's
/// temporaries spend more time in page faults than in arithmetic. Told to keep memory, the same blocks are used again.
/// </summary>
internal static partial class NativeAllocator
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    /// <summary>Must run before the first tensor; does nothing where the C library is not glibc.</summary>
    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad("libc.so.6", out IntPtr handle))
        {
            return;
        }

        if (NativeLibrary.TryGetExport(handle, "mallopt", out _))
        {
            // 1 GiB: what is larger still comes straight from the kernel and goes back to it.
            _ = SetOption(MmapThreshold, 1 << 30);
            _ = SetOption(TrimThreshold, int.MaxValue);
            _ = SetOption(TopPad, 64 << 20);
        }
    }

    /// <summary>Gives free memory back to the kernel after all: for a measurement that begins. Does nothing where the C library is not glibc.</summary>
    public static void ReturnFreedMemory()
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out IntPtr handle) && NativeLibrary.TryGetExport(handle, "malloc_trim", out _))
        {
            _ = Trim(0);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
