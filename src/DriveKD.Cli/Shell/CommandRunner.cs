using System.CommandLine;

namespace DriveKD.Cli.Shell;

/// <summary>Parses the arguments, runs the command, and turns whatever comes out of it into messages and an exit code.</summary>
internal static class CommandRunner
{
    /// <summary>Runs the program; never throws.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static int Run(RootCommand root, IReadOnlyList<string> args, Terminal terminal)
    {
        try
        {
            RootHelp.Install(root);
            VersionReport.Install(root, terminal);
            // An argument that starts with @ is a question or a name, not a file of more arguments.
            ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (ParseProblems.Find(parsed) is { Count: > 0 } problems)
            {
                terminal.Report(problems);
                terminal.ErrorText.WriteLine($"See: {CommandPath.Of(parsed.CommandResult.Command)} --help");
                return ExitCode.BadInput;
            }

            return parsed.Invoke(new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null, // Terminal.Interrupted does it.
                Output = terminal.OutputText,
                Error = terminal.ErrorText,
            });
        }
        catch (Exception exception)
        {
            return Fault.Report(exception, args, terminal);
        }
    }
}
