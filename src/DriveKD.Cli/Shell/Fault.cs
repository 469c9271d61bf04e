using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Shell;

/// <summary>The process boundary: what an exception means for the user.</summary>
internal static class Fault
{
    // errno values, which .NET keeps in HResult on Unix; on Windows, HRESULTs of disk full and handle disk full.
    private static readonly int[] _diskFull = [28, 122, unchecked((int)0x80070070), unchecked((int)0x80070027)];
    private const int ReadOnlyFileSystem = 30;

    /// <summary>Prints what happened and returns the exit code.</summary>
    /// <param name="exception">What came out of a command.</param>
    /// <param name="args">The command line, for the report of a bug.</param>
    /// <param name="terminal">Where to print.</param>
    public static int Report(Exception exception, IReadOnlyList<string> args, Terminal terminal)
    {
        Exception[] all = [.. Flatten(exception)];
        if (all.OfType<InputException>().ToArray() is { Length: > 0 } mistakes)
        {
            terminal.Report([.. mistakes.SelectMany(mistake => mistake.Problems)]);
            return ExitCode.BadInput;
        }

        if (all.Any(each => each is OperationCanceledException) && terminal.Interrupted.IsCancellationRequested)
        {
            return ExitCode.Cancelled;
        }

        if (NativeLoadFailure.Find(all) is { } failure)
        {
            terminal.Report([failure]);
            return ExitCode.BadInput;
        }

        if (all.FirstOrDefault(IsOfTheDisk) is { } ofTheDisk)
        {
            terminal.Report([new Problem("", ofTheDisk.Message)]);
            return ExitCode.BadInput;
        }

        string name = exception.GetType().Name;
        string firstLine = exception.Message.Split('\n')[0].Trim();
        terminal.ErrorText.WriteLine($"fault: {name}: {firstLine}");
        terminal.ErrorText.WriteLine($"This is a bug in drivekd. {Keep(exception, args)}");
        terminal.ErrorText.Flush();
        return ExitCode.Fault;
    }

    private static IEnumerable<Exception> Flatten(Exception exception)
    {
        yield return exception;
        IEnumerable<Exception> inner = exception is AggregateException aggregate ? aggregate.InnerExceptions : [.. exception.InnerException is { } one ? new[] { one } : []];
        foreach (Exception each in inner.SelectMany(Flatten))
        {
            yield return each;
        }
    }

    private static bool IsOfTheDisk(Exception exception) =>
        exception is UnauthorizedAccessException
        || (exception is IOException && (_diskFull.Contains(exception.HResult) || exception.HResult == ReadOnlyFileSystem));

    private static string Keep(Exception exception, IReadOnlyList<string> args)
    {
        string time = TimeProvider.System.GetUtcNow().ToString("yyyyMMdd-HHmmss", CultureInfo.InvariantCulture);
        string path = Path.Combine(Path.GetTempPath(), $"drivekd-fault-{time}-{Environment.ProcessId}.txt");
        string details = string.Join(Environment.NewLine, [.. BuildInfo.OfThisProgram.Describe(), $"arguments {string.Join(' ', args.Select(arg => $"'{arg}'"))}", "", exception.ToString(), ""]);
        try
        {
            File.WriteAllText(path, details);
            return $"What is needed to report it is in {path}";
        }
        catch (Exception second) when (second is IOException or UnauthorizedAccessException)
        {
            return $"What is needed to report it:{Environment.NewLine}{details}";
        }
    }
}
