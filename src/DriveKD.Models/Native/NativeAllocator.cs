using System.Runtime.InteropServices;

namespace DriveKD.Models.Native;

/// <summary>
/// How the C library keeps memory for libtorch's temporaries. By default glibc hands every large block back to the kernel when it is freed
/// and each new one is paged in again, 4 KiB at a time: more time than the arithmetic. Kept without a limit, an aligned block that was freed
/// does not serve the next request of its own size (glibc before 2.38), and a process grows to four times what it holds.
/// docs/log/2026-11-25-memory-of-a-run.md has the measurements.
/// </summary>
internal static partial class NativeAllocator
{
    private const int TrimThreshold = -1;
    private const int TopPad = -2;
    private const int MmapThreshold = -3;

    /// <summary>
    /// Keeps blocks below 8 MiB for reuse; larger ones go back, and come in pages of 2 MiB where the kernel has them. Must run before the first
    /// tensor. Does nothing where the C library is not glibc.
    /// </summary>
    public static void Tune()
    {
        Set(mmapThreshold: 8 << 20, trimThreshold: 64 << 20, topPad: 64 << 20);
        NativeEnvironment.SetDefault("THP_MEM_ALLOC_ENABLE", "1");
    }

    /// <summary>
    /// Where memory is scarce: whatever is freed from now on goes back, a process takes hardly more than it holds, and steps take about twice as
    /// long. Does nothing where the C library is not glibc.
    /// </summary>
    public static void ReturnFreedMemory() => Set(mmapThreshold: 256 << 10, trimThreshold: 1 << 20, topPad: 1 << 20);

    /// <summary>Gives back what is free now, once: for a measurement that begins. Does nothing where the C library is not glibc.</summary>
    public static void Trim()
    {
        if (OperatingSystem.IsLinux() && FindExport("malloc_trim"))
        {
            _ = Trim(0);
        }
    }

    private static void Set(int mmapThreshold, int trimThreshold, int topPad)
    {
        if (OperatingSystem.IsLinux() && FindExport("mallopt"))
        {
            _ = SetOption(MmapThreshold, mmapThreshold);
            _ = SetOption(TrimThreshold, trimThreshold);
            _ = SetOption(TopPad, topPad);
        }
    }

    private static bool FindExport(string name) =>
        NativeLibrary.TryLoad("libc.so.6", out IntPtr handle) && NativeLibrary.TryGetExport(handle, name, out _);

    [LibraryImport("libc.so.6", EntryPoint = "malloc_trim")]
    private static partial int Trim(nuint pad);

    [LibraryImport("libc.so.6", EntryPoint = "mallopt")]
    private static partial int SetOption(int option, int value);
}
