using System.Diagnostics;
using System.Globalization;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>A step in a process of its own. What it writes goes to a log.</summary>
internal static class StepProcess
{
    private const int KeptLines = 20;

    /// <summary>Long enough for a training to end its step and to save.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);

    /// <summary>Ctrl-C reaches the children at the same moment as the build.</summary>
    private static readonly TimeSpan _signal = TimeSpan.FromSeconds(1);

    /// <summary>Runs a step to its end.</summary>
    /// <param name="name">The step's name.</param>
    /// <param name="command">The command line.</param>
    /// <param name="logFile">The log; an earlier one is gone on with.</param>
    /// <param name="told">Given every line.</param>
    /// <param name="cancellation">Asks the step to stop, and ends it where it does not.</param>
    /// <returns>Null when it is done, else how it failed.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static async Task<StepFailure?> RunAsync(string name, IReadOnlyList<string> command, string logFile, Action<string> told, CancellationToken cancellation)
    {
        using Log log = Log.Open(logFile, command);
        using Process process = OwnProgram.Start([StepWorkerCommand.Name, "--", .. command]);
        Task output = CopyAsync(process.StandardOutput, line => log.Write(line, isError: false, told));
        Task error = CopyAsync(process.StandardError, line => log.Write(line, isError: true, told));
        try
        {
            await using (cancellation.Register(() => process.StandardInput.Close()))
            {
                await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            if (!process.WaitForExit(_patience))
            {
                process.Kill(entireProcessTree: true);
            }

            await Task.WhenAll(output, error).ConfigureAwait(false);
            throw;
        }

        await Task.WhenAll(output, error).ConfigureAwait(false);
        if (process.ExitCode == ExitCode.Cancelled)
        {
            await Task.Delay(_signal, cancellation).ConfigureAwait(false);
        }

        cancellation.ThrowIfCancellationRequested();
        return process.ExitCode == ExitCode.Done ? null : new StepFailure(
            name,
            [new Problem(name, $"{log.Reason(process.ExitCode)}; its log: {logFile}")],
            process.ExitCode == ExitCode.BadInput ? ExitCode.BadInput : ExitCode.CheckFailed);
    }

    private static async Task CopyAsync(StreamReader reader, Action<string> write)
    {
        while (await reader.ReadLineAsync().ConfigureAwait(false) is { } line)
        {
            write(line);
        }
    }

    /// <summary>The log, written by two threads, and the last lines of standard error.</summary>
    private sealed class Log(StreamWriter writer) : IDisposable
    {
        private readonly Lock _gate = new();
        private readonly Queue<string> _last = [];

        public static Log Open(string file, IReadOnlyList<string> command)
        {
            try
            {
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                StreamWriter writer = new(file, append: true) { AutoFlush = true };
                writer.WriteLine($"> drivekd {string.Join(' ', command)}");
                return new Log(writer);
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new InputException(file, $"could not be written: {exception.Message}", exception);
            }
        }

        public void Write(string line, bool isError, Action<string> told)
        {
            lock (_gate)
            {
                writer.WriteLine(line);
                if (isError && line.Length > 0)
                {
                    _last.Enqueue(line);
                    if (_last.Count > KeptLines)
                    {
                        _last.Dequeue();
                    }
                }
            }

            told(line);
        }

        public string Reason(int exitCode)
        {
            string[] lines = [.. _last];
            int begin = Array.FindLastIndex(
                lines,
                line => line.StartsWith("error:", StringComparison.Ordinal) || line.StartsWith("fault:", StringComparison.Ordinal) || line.EndsWith(" errors:", StringComparison.Ordinal));
            string code = exitCode.ToString(CultureInfo.InvariantCulture);
            return begin >= 0 ? string.Join("; ", lines[begin..].Select(line => line.Trim()))
                : $"ended with exit code {code} and no word of why{(exitCode > 128 ? "; was it stopped, or killed for memory?" : "")}";
        }

        public void Dispose() => writer.Dispose();
    }
}
