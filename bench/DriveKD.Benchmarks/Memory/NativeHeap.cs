using System.Runtime.InteropServices;

namespace DriveKD.Benchmarks.Memory;

/// <summary>Watches how much of the C library's heap is in use: what is resident beyond that is freed blocks that nothing fitted into.</summary>
internal sealed partial class NativeHeap : IDisposable
{
    private readonly Thread _watcher;
    private volatile bool _isOver;
    private double _highest;

    /// <summary>Starts to watch; glibc only, elsewhere nothing is seen.</summary>
    public NativeHeap()
    {
        _watcher = new Thread(Watch) { IsBackground = true };
        _watcher.Start();
    }

    /// <summary>The most bytes that were in use at any time that was looked at.</summary>
    public double Highest => Volatile.Read(ref _highest);

    public void Dispose()
    {
        _isOver = true;
        _watcher.Join();
    }

    private void Watch()
    {
        while (!_isOver && NativeLibrary.TryLoad("libc.so.6", out nint library) && NativeLibrary.TryGetExport(library, "mallinfo2", out _))
        {
            Usage usage = Read();
            Volatile.Write(ref _highest, Math.Max(_highest, (double)usage.InUse + usage.Mapped));
            Thread.Sleep(1);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "mallinfo2")]
    private static partial Usage Read();

    /// <summary>The fields of struct mallinfo2.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Usage
    {
        public nuint Arena;
        public nuint FreeChunks;
        public nuint FastChunks;
        public nuint MappedBlocks;
        public nuint Mapped;
        public nuint Unused;
        public nuint FastFree;
        public nuint InUse;
        public nuint Free;
        public nuint Releasable;
    }
}
