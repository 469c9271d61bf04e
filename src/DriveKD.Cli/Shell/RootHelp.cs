using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace DriveKD.Cli.Shell;

/// <summary>
/// The program's own help: every command that can be run, those of groups too, one line each. The help of a single command
/// stays the library's.
/// </summary>
internal sealed class RootHelp : SynchronousCommandLineAction
{
    private readonly HelpAction _commandHelp = new() { MaxWidth = 100 };

    /// <inheritdoc />
    public override bool ClearsParseErrors => true;

    /// <summary>Replaces the help of a program; it is also what the program says when it is given no arguments.</summary>
    public static void Install(RootCommand root)
    {
        RootHelp help = new();
        HelpOption option = root.Options.OfType<HelpOption>().Single();
        option.Description = "Show help, of the program or of one command";
        option.Action = help;
        root.SetAction(help.Invoke);
    }

    /// <inheritdoc />
    public override int Invoke(ParseResult parseResult)
    {
        if (parseResult.CommandResult.Command is not RootCommand root)
        {
            return _commandHelp.Invoke(parseResult);
        }

        Write(root, parseResult.InvocationConfiguration.Output);
        return ExitCode.Done;
    }

    private static void Write(RootCommand root, TextWriter writer)
    {
        (string Label, string Description)[] commands = [.. CommandPath.Leaves(root).Select(command => (Label(command), FirstSentence(command.Description)))];
        (string Label, string Description)[] options = [.. root.Options.Select(option => (string.Join(", ", option.Aliases.Append(option.Name).Where(name => name.StartsWith('-'))), FirstSentence(option.Description)))];
        int width = commands.Concat(options).Max(row => row.Label.Length);

        writer.WriteLine(root.Description);
        writer.WriteLine();
        writer.WriteLine("Usage: drivekd COMMAND [arguments] [options]");
        WriteSection("Commands:", commands);
        WriteSection("Options:", options);
        writer.WriteLine();
        writer.WriteLine("drivekd COMMAND --help shows what a command takes.");

        void WriteSection(string title, (string Label, string Description)[] rows)
        {
            writer.WriteLine();
            writer.WriteLine(title);
            foreach ((string label, string description) in rows)
            {
                writer.WriteLine($"  {label.PadRight(width)}  {description}");
            }
        }
    }

    private static string Label(Command command)
    {
        IEnumerable<string> arguments = command.Arguments.Where(argument => !argument.Hidden).Select(argument =>
        {
            string name = (argument.HelpName ?? argument.Name).ToUpperInvariant();
            name = argument.Arity.MaximumNumberOfValues > 1 ? $"{name}..." : name;
            return argument.Arity.MinimumNumberOfValues == 0 ? $"[{name}]" : name;
        });
        return string.Join(' ', arguments.Prepend(CommandPath.Of(command)["drivekd ".Length..]));
    }

    private static string FirstSentence(string? description)
    {
        string line = (description ?? "").Split('\n')[0].Trim();
        int end = line.IndexOf(". ", StringComparison.Ordinal);
        return (end < 0 ? line : line[..end]).TrimEnd('.');
    }
}
