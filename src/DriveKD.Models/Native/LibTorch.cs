using System.Runtime.InteropServices;
using DriveKD.Data.Errors;
using TorchSharp;

namespace DriveKD.Models.Native;

/// <summary>Loads libtorch once, with a message a user can act on where that fails.</summary>
public static class LibTorch
{
    private static readonly Lazy<bool> _loaded = new(Load);

    /// <summary>Loads the native libraries and sets the allocator; the first call does the work.</summary>
    /// <exception cref="InputException">They cannot be loaded on this machine.</exception>
    public static void EnsureLoaded() => _ = _loaded.Value;

    /// <summary>
    /// From now on, memory that is freed goes back to the system at once: the process takes little more than it holds, and is slower. For work
    /// that would not fit otherwise; acts on glibc only.
    /// </summary>
    public static void ReturnFreedMemory()
    {
        EnsureLoaded();
        NativeAllocator.ReturnFreedMemory();
    }

    private static bool Load()
    {
        NativeAllocator.Tune();
        // First without TorchSharp: where loading fails, it prints a trace of its own and copies half a gigabyte of packages.
        if (FindFault() is { } fault)
        {
            throw Failure(fault, null);
        }

        try
        {
            using torch.Tensor probe = torch.zeros(1);
            return true;
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException or NotSupportedException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw Failure(exception.GetBaseException().Message, exception);
        }
    }

    /// <summary>What the system's own loader says against the libraries, or null.</summary>
    private static string? FindFault()
    {
        (string system, string name) = OperatingSystem.IsWindows() ? ("win", "LibTorchSharp.dll")
            : OperatingSystem.IsMacOS() ? ("osx", "libLibTorchSharp.dylib")
            : ("linux", "libLibTorchSharp.so");
        // Not RuntimeInformation.RuntimeIdentifier: a distribution's own .NET names the distribution there.
        string platform = $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
        string[] places = [Path.Combine(AppContext.BaseDirectory, "runtimes", platform, "native", name), Path.Combine(AppContext.BaseDirectory, name)];
        if (Array.Find(places, File.Exists) is not { } library)
        {
            return $"{places[0]} is missing: this build has no native libraries for {platform}.";
        }

        try
        {
            NativeLibrary.Load(library);
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            // .NET's advice comes first, the loader's own words last.
            return exception.Message.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^1].TrimEnd('.') + ".";
        }
    }

    private static InputException Failure(string reason, Exception? exception) =>
        new(
            "libtorch",
            $"the native libraries could not be loaded: {reason} On Linux, libstdc++6 and libgomp1 are needed "
            + "(Debian, Ubuntu: apt-get install libstdc++6 libgomp1); build with ./drivekd or dotnet build so that the libraries are put in place.",
            exception);
}
