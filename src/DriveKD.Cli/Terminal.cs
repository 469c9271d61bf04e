using DriveKD.Data.Errors;
using Spectre.Console;

namespace DriveKD.Cli;

/// <summary>The two consoles of the process: results go to standard output, progress and errors to standard error.</summary>
internal sealed class Terminal
{
    /// <summary>The process's own consoles.</summary>
    public static Terminal Process { get; } = new(
        AnsiConsole.Console,
        AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(System.Console.Error) }));

    /// <summary>Consoles of a caller's choice, for tests.</summary>
    public Terminal(IAnsiConsole output, IAnsiConsole error) => (Output, Error) = (output, error);

    /// <summary>Results.</summary>
    public IAnsiConsole Output { get; }

    /// <summary>Progress and errors.</summary>
    public IAnsiConsole Error { get; }

    /// <summary>Prints a line that is never wrapped, coloured or read as markup: machine-readable output.</summary>
    public void WriteRaw(string line)
    {
        Output.Profile.Out.Writer.WriteLine(line);
        Output.Profile.Out.Writer.Flush();
    }

    /// <summary>Prints every problem of an input, one per line.</summary>
    public void Report(InputException exception)
    {
        TextWriter writer = Error.Profile.Out.Writer;
        writer.WriteLine(exception.Problems.Count == 1 ? $"error: {exception.Problems[0]}" : $"{exception.Problems.Count} errors:");
        if (exception.Problems.Count > 1)
        {
            foreach (Problem problem in exception.Problems)
            {
                writer.WriteLine($"  {problem}");
            }
        }

        writer.Flush();
    }
}
