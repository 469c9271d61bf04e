using System.Diagnostics;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>A run in a process of its own: this program started again with one compute thread.</summary>
internal static class WorkerProcess
{
    private const int MostErrorLetters = 4000;

    /// <summary>Long enough for a training to end its sample and to write what it has.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    /// <summary>Runs a worker to its end.</summary>
    /// <param name="work">The work folder with its job.</param>
    /// <param name="progress">Told how far it is.</param>
    /// <param name="cancellation">Asks the worker to stop, and ends it where it does not.</param>
    /// <returns>The exit code and what the worker wrote to standard error.</returns>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    /// <exception cref="InputException">The program could not be started again.</exception>
    public static async Task<(int ExitCode, string Error)> RunAsync(string work, Action<WorkerProgress> progress, CancellationToken cancellation)
    {
        using Process process = OwnProgram.Start([CompareWorkerCommand.Name, work]);
        try
        {
            Task<string> error = process.StandardError.ReadToEndAsync(CancellationToken.None);
            Task reading = ReadProgressAsync(process.StandardOutput, progress);
            await using (cancellation.Register(() => process.StandardInput.Close()))
            {
                await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            }

            await reading.ConfigureAwait(false);
            string text = await error.ConfigureAwait(false);
            return (process.ExitCode, text.Length > MostErrorLetters ? text[^MostErrorLetters..] : text);
        }
        catch (OperationCanceledException)
        {
            if (!process.WaitForExit(_patience))
            {
                process.Kill(entireProcessTree: true);
            }

            throw;
        }
    }

    private static async Task ReadProgressAsync(StreamReader reader, Action<WorkerProgress> progress)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            // Anything else that a library prints there is of no concern.
            if (WorkerProgress.TryRead(line) is { } value)
            {
                progress(value);
            }
        }
    }
}
