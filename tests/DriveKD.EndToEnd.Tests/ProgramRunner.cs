using System.Diagnostics;

namespace DriveKD.EndToEnd.Tests;

/// <summary>Starts processes as a user would and waits for them.</summary>
internal static class ProgramRunner
{
    private static readonly TimeSpan _limit = TimeSpan.FromMinutes(10);

    /// <summary>Runs a program.</summary>
    /// <param name="file">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="folder">Where it is started.</param>
    /// <param name="environment">Variables to set; null removes one.</param>
    public static ProgramResult Run(
        string file, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?>? environment = null) =>
        Finish(Start(file, arguments, folder, environment));

    /// <summary>Starts a program without waiting for it.</summary>
    public static Process Start(
        string file, IEnumerable<string> arguments, string folder, IReadOnlyDictionary<string, string?>? environment = null)
    {
        ProcessStartInfo start = new(file, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>Waits for a program and disposes of it.</summary>
    public static ProgramResult Finish(Process process)
    {
        using (process)
        {
            process.StandardInput.Close();
            Task<string> error = process.StandardError.ReadToEndAsync();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(_limit))
            {
                process.Kill(entireProcessTree: true);
                throw new TimeoutException($"{process.StartInfo.FileName} ran longer than {_limit}.");
            }

            return new ProgramResult(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
    }
}
