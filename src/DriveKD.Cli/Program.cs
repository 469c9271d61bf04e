using System.CommandLine;
using DriveKD.Data.Errors;

namespace DriveKD.Cli;

internal static class Program
{
    /// <summary>Every command of the program, in the order of the help text.</summary>
    public static RootCommand CreateRootCommand(Terminal terminal)
    {
        RootCommand root = new("Distil large driving vision-language models into a small one.");
        return root;
    }

    public static int Main(string[] args)
    {
        Terminal terminal = Terminal.Process;
        try
        {
            ParseResult parsed = CreateRootCommand(terminal).Parse(args);
            int code = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
            return parsed.Errors.Count > 0 ? ExitCode.BadInput : code;
        }
        catch (InputException exception)
        {
            terminal.Report(exception);
            return ExitCode.BadInput;
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Cancelled;
        }
    }
}
