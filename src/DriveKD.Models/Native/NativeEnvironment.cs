using System.Runtime.InteropServices;

namespace DriveKD.Models.Native;

/// <summary>The C library's environment, which libtorch reads and .NET's own calls do not change.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>Sets a variable, unless the user has. Does nothing where the C library is not glibc.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="value">Its value.</param>
    public static void SetDefault(string name, string value)
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out IntPtr handle) && NativeLibrary.TryGetExport(handle, "setenv", out _))
        {
            _ = SetEnvironment(name, value, overwrite: 0);
        }
    }

    [LibraryImport("libc.so.6", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
