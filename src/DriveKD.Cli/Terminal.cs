using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;
using Spectre.Console;

namespace DriveKD.Cli;

/// <summary>The two consoles of the process: results go to standard output, progress and errors to standard error.</summary>
internal sealed class Terminal
{
    // What does not fit a screen is not read; the total stands above the list.
    private const int MostProblems = 50;

    private readonly Lazy<IAnsiConsole> _output;
    private readonly Lazy<IAnsiConsole> _error;
    private readonly Func<TextWriter> _outputText;
    private readonly Func<TextWriter> _errorText;
    private readonly Func<TextReader> _inputText;
    private readonly Func<CancellationToken> _interrupted;

    /// <summary>Consoles of a caller's choice, for tests.</summary>
    public Terminal(IAnsiConsole output, IAnsiConsole error, TimeProvider time, CancellationToken interrupted = default)
    {
        Time = time;
        _inputText = () => Input;
        _output = new(output);
        _error = new(error);
        _outputText = () => output.Profile.Out.Writer;
        _errorText = () => error.Profile.Out.Writer;
        _interrupted = () => interrupted;
    }

    private Terminal(Interruption interruption)
    {
        Time = TimeProvider.System;
        // Made when first used: starting up the console library takes longer than --help.
        _output = new(() => Create(Console.Out, Console.IsOutputRedirected));
        _error = new(() => Create(Console.Error, Console.IsErrorRedirected));
        _outputText = () => Console.Out;
        _errorText = () => Console.Error;
        _inputText = () => Console.In;
        _interrupted = () => interruption.Token;
    }

    /// <summary>The process's own consoles.</summary>
    public static Terminal Process { get; } = new(new Interruption());

    /// <summary>The clock that decides when a wait is worth a line.</summary>
    public TimeProvider Time { get; }

    /// <summary>Results.</summary>
    public IAnsiConsole Output => _output.Value;

    /// <summary>Progress and errors.</summary>
    public IAnsiConsole Error => _error.Value;

    /// <summary>Results as plain text, never wrapped, coloured or read as markup.</summary>
    public TextWriter OutputText => _outputText();

    /// <summary>Progress and errors as plain text.</summary>
    public TextWriter ErrorText => _errorText();

    /// <summary>Standard input, for commands that are told to read it.</summary>
    public TextReader InputText => _inputText();

    /// <summary>What a test has on standard input.</summary>
    internal TextReader Input { private get; init; } = TextReader.Null;

    /// <summary>
    /// Cancelled by the first Ctrl-C or SIGTERM; the second ends the process at once. A command that never asks for this
    /// token is ended by the first, so ask only where the work looks at it at least once a second.
    /// </summary>
    public CancellationToken Interrupted => _interrupted();

    /// <summary>Prints a line that is never wrapped, coloured or read as markup: machine-readable output.</summary>
    public void WriteRaw(string line)
    {
        OutputText.WriteLine(line);
        OutputText.Flush();
    }

    /// <summary>Prints the problems of an input, one per line: the first fifty and how many there are.</summary>
    public void Report(InputException exception) => Report(exception.Problems);

    /// <inheritdoc cref="Report(InputException)" />
    public void Report(IReadOnlyList<Problem> problems)
    {
        if (problems.Count == 1)
        {
            ErrorText.WriteLine($"error: {problems[0]}");
        }
        else
        {
            ErrorText.WriteLine($"{problems.Count} errors:");
            foreach (Problem problem in problems.Take(MostProblems))
            {
                ErrorText.WriteLine($"  {problem}");
            }

            if (problems.Count > MostProblems)
            {
                ErrorText.WriteLine($"  and {problems.Count - MostProblems} more");
            }
        }

        ErrorText.Flush();
    }

    private static IAnsiConsole Create(TextWriter writer, bool isRedirected)
    {
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(writer) });
        if (isRedirected)
        {
            // A file or a pipe has no width; 80 columns would break the tables.
            console.Profile.Width = int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), out int columns) && columns > 0 ? columns : 160;
        }

        return console;
    }
}
