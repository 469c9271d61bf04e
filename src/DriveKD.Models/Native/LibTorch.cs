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

    private static bool Load()
    {
        NativeAllocator.KeepFreedMemory();
        try
        {
            using torch.Tensor probe = torch.zeros(1);
            return true;
        }
        catch (Exception exception) when (exception is DllNotFoundException or TypeInitializationException or NotSupportedException or BadImageFormatException or EntryPointNotFoundException)
        {
            throw new InputException("libtorch", Explain(exception), exception);
        }
    }

    /// <summary>Asks the loader itself what it misses: TorchSharp's own message does not say.</summary>
    private static string Explain(Exception exception)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeInformation.RuntimeIdentifier, "native");
        string name = OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";
        string library = Path.Combine(folder, name);
        string reason = exception.GetBaseException().Message;
        if (File.Exists(library))
        {
            try
            {
                NativeLibrary.Load(library);
            }
            catch (Exception inner) when (inner is DllNotFoundException or BadImageFormatException)
            {
                reason = inner.Message;
            }
        }
        else
        {
            reason = $"{library} is missing: this build has no native libraries for {RuntimeInformation.RuntimeIdentifier}.";
        }

        return $"the native libraries could not be loaded: {reason.Trim()} On Linux, libstdc++6 and libgomp1 are needed "
            + "(Debian, Ubuntu: apt-get install libstdc++6 libgomp1); build with ./drivekd or dotnet build so that the libraries are put in place.";
    }
}
