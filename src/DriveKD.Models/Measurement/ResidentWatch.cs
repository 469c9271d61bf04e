using System.Globalization;
using DriveKD.Models.Native;

namespace DriveKD.Models.Measurement;

/// <summary>
/// Takes the peak of the process's resident memory between its start and its end. Whatever is free is given back to the kernel first, so
/// that an earlier measurement does not count in a later one.
/// </summary>
public sealed class ResidentWatch : IDisposable
{
    private const int SampleMilliseconds = 5;

    private readonly string _proc;
    private readonly Timer? _sampler;
    private long _sampledPeak;

    private ResidentWatch(string proc)
    {
        _proc = proc;
        ReturnFreeMemory();
        BeginBytes = Current();
        if (ResetHighWaterMark(proc))
        {
            Method = ResidentMethod.HighWaterMark;
            return;
        }

        Method = ResidentMethod.Sampled;
        _sampledPeak = BeginBytes;
        _sampler = new Timer(_ => Sample(), null, 0, SampleMilliseconds);
    }

    /// <summary>How it is taken on this machine.</summary>
    public ResidentMethod Method { get; }

    /// <summary>Resident bytes at the beginning.</summary>
    public long BeginBytes { get; }

    /// <summary>The most resident bytes since then.</summary>
    public long PeakBytes
    {
        get
        {
            if (_sampler is null)
            {
                // The kernel counts in portions per processor: the mark may lag behind the beginning by some pages.
                return Math.Max(BeginBytes, ReadStatus(_proc, "VmHWM:") ?? BeginBytes);
            }

            Sample();
            return Interlocked.Read(ref _sampledPeak);
        }
    }

    /// <summary>Begins.</summary>
    /// <param name="proc">The process's folder under /proc.</param>
    public static ResidentWatch Start(string proc = "/proc/self") => new(proc);

    /// <inheritdoc />
    public void Dispose() => _sampler?.Dispose();

    private static void ReturnFreeMemory()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        GC.WaitForPendingFinalizers();
        NativeAllocator.Trim();
    }

    private static bool ResetHighWaterMark(string proc)
    {
        try
        {
            // 5 sets the mark to what is resident now (proc(5)).
            File.WriteAllText(Path.Combine(proc, "clear_refs"), "5");
            return ReadStatus(proc, "VmHWM:") is not null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static long? ReadStatus(string proc, string key)
    {
        string path = Path.Combine(proc, "status");
        string? line = File.Exists(path) ? File.ReadLines(path).FirstOrDefault(line => line.StartsWith(key, StringComparison.Ordinal)) : null;
        string[] words = line?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? [];
        return words.Length > 1 && long.TryParse(words[1], NumberStyles.None, CultureInfo.InvariantCulture, out long kibibytes) ? kibibytes * 1024 : null;
    }

    private long Current() => ReadStatus(_proc, "VmRSS:") ?? Environment.WorkingSet;

    private void Sample()
    {
        long now = Current();
        long peak = Interlocked.Read(ref _sampledPeak);
        while (now > peak)
        {
            long found = Interlocked.CompareExchange(ref _sampledPeak, now, peak);
            if (found == peak)
            {
                return;
            }

            peak = found;
        }
    }
}
