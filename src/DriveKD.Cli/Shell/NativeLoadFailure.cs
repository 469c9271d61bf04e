using DriveKD.Data.Errors;

namespace DriveKD.Cli.Shell;

/// <summary>Recognises that a native library (libtorch, Skia) could not be loaded, and says why and what to do.</summary>
internal static class NativeLoadFailure
{
    private const string WhatToDo =
        "DriveKD needs 64-bit x86 Linux with glibc and libstdc++ (package libstdc++6) as old as Debian 12's or Ubuntu 22.04's, or newer. "
        + "If they are there, delete the folder artifacts and start again.";

    /// <summary>The problem behind a chain of exceptions, or null where it is another.</summary>
    public static Problem? Find(IReadOnlyList<Exception> chain)
    {
        // TorchSharp tries several places and reports all of them in one exception of a general kind.
        Exception? load = chain.LastOrDefault(each =>
            each is DllNotFoundException or BadImageFormatException or EntryPointNotFoundException
            || (each is NotSupportedException && each.Message.Contains("LoadNativeBackend", StringComparison.Ordinal)));
        return load switch
        {
            null => null,
            NotSupportedException => new Problem("libtorch", $"could not be loaded. {WhatToDo}"),
            _ => new Problem("native libraries", $"{load.Message.Split('\n')[0].Trim().TrimEnd('.')}. {WhatToDo}"),
        };
    }
}
