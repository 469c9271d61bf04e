using System.ComponentModel;
using System.Diagnostics;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging;

/// <summary>The program ffmpeg, which makes videos and the two codec faults.</summary>
public sealed class Ffmpeg
{
    private const int LongestMessage = 600;

    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);

    private readonly string _path;

    private Ffmpeg(string path) => _path = path;

    /// <summary>What to say where it is absent and the codec faults are wanted.</summary>
    public static string Absence => AbsenceFor("bit_error and h265 need it", "leave these two out");

    /// <summary>Looks for it on PATH.</summary>
    /// <returns>Null where it is not installed.</returns>
    public static Ffmpeg? Find() => FindOn(Environment.GetEnvironmentVariable("PATH") ?? "");

    /// <summary>Looks for it in folders.</summary>
    /// <param name="folders">As PATH lists them.</param>
    internal static Ffmpeg? FindOn(string folders)
    {
        string name = OperatingSystem.IsWindows() ? "ffmpeg.exe" : "ffmpeg";
        foreach (string folder in folders.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return new Ffmpeg(path);
            }
        }

        return null;
    }

    /// <summary>Looks for it on PATH.</summary>
    /// <exception cref="InputException">It is not installed; the message says how to.</exception>
    public static Ffmpeg Require() => Find() ?? throw new InputException("ffmpeg", Absence);

    /// <summary>Looks for it on PATH.</summary>
    /// <param name="purpose">Who needs it, as in "--video needs it".</param>
    /// <param name="alternative">What can be done without it, as in "leave --video out".</param>
    /// <exception cref="InputException">It is not installed; the message says how to.</exception>
    public static Ffmpeg Require(string purpose, string alternative) => Find() ?? throw new InputException("ffmpeg", AbsenceFor(purpose, alternative));

    /// <summary>Runs it and waits, three minutes at most.</summary>
    /// <param name="folder">Where it runs: files are named relative to it.</param>
    /// <param name="arguments">Beside those for silence and replacing files.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <exception cref="InputException">It could not be started, failed, or took too long.</exception>
    public void Run(string folder, IReadOnlyList<string> arguments, CancellationToken cancellation)
    {
        ProcessStartInfo start = new(_path)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (string argument in (IEnumerable<string>)["-nostdin", "-hide_banner", "-loglevel", "error", "-y", .. arguments])
        {
            start.ArgumentList.Add(argument);
        }

        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(_patience);
        using Process process = Start(start);
        using CancellationTokenRegistration kill = limit.Token.Register(() => Kill(process));
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        _ = output.GetAwaiter().GetResult();
        cancellation.ThrowIfCancellationRequested();
        if (limit.IsCancellationRequested)
        {
            throw new InputException(_path, $"did not finish within {_patience.TotalMinutes:0} minutes: ffmpeg {string.Join(' ', arguments)}");
        }

        if (process.ExitCode != 0)
        {
            throw new InputException(_path, $"failed with exit code {process.ExitCode}: {Shorten(errors)} (ffmpeg {string.Join(' ', arguments)})");
        }
    }

    private static string AbsenceFor(string purpose, string alternative) =>
        $"ffmpeg is not on PATH; {purpose}. Install it (Debian, Ubuntu: apt-get install ffmpeg), or {alternative}.";

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start) ?? throw new InputException(start.FileName, "could not be started.");
        }
        catch (Win32Exception exception)
        {
            throw new InputException(start.FileName, $"could not be started: {exception.Message}", exception);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has just ended by itself.
        }
    }

    // A decoder complains about every block; what broke stands at the end.
    private static string Shorten(string errors)
    {
        string text = string.Join("; ", errors.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        return text.Length == 0 ? "it gave no reason" : text.Length > LongestMessage ? "…" + text[^LongestMessage..] : text;
    }
}
