using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Shell;

/// <summary>Says what is wrong with a command line, with the nearest right name.</summary>
internal static partial class ParseProblems
{
    /// <summary>All problems of a command line; none where it is right or asks for help.</summary>
    public static IReadOnlyList<Problem> Find(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        bool asksForHelp = parsed.Errors.Count == 0 && parsed.Action != command.Action;
        if (asksForHelp)
        {
            return [];
        }

        List<Problem> problems = [.. Causes(parsed.UnmatchedTokens, command).Concat(OptionsTakenForArguments(parsed)).Select(token => Unmatched(token, command))];
        foreach (ParseError error in parsed.Errors)
        {
            bool isUnmatched = parsed.UnmatchedTokens.Any(token => error.Message.Contains($"'{token}'", StringComparison.Ordinal));
            bool isMissingCommand = error.SymbolResult is CommandResult && command.Subcommands.Count > 0 && command.Action is null;
            if (isMissingCommand && parsed.UnmatchedTokens.Count == 0)
            {
                problems.Add(new Problem("", $"'{CommandPath.Of(command)}' needs one of its commands: {CommandNames(command)}."));
            }
            else if (!isUnmatched && !isMissingCommand)
            {
                problems.Add(new Problem("", Plain(error.Message)));
            }
        }

        return problems;
    }

    /// <summary>Leaves out what only follows from another token: the value of an unknown option, the arguments of an unknown command.</summary>
    private static IEnumerable<string> Causes(IReadOnlyList<string> unmatched, Command command) =>
        unmatched.Where((token, index) => LooksLikeOption(token)
            || index == 0
            || (command.Subcommands.Count == 0 && !(LooksLikeOption(unmatched[index - 1]) && !unmatched[index - 1].Contains('=', StringComparison.Ordinal))));

    private static Problem Unmatched(string token, Command command)
    {
        if (LooksLikeOption(token))
        {
            IEnumerable<string> names = Lineage(command).SelectMany(OptionNames);
            return new Problem("", $"'{CommandPath.Of(command)}' has no option '{token}'.{Hint(token.Split('=')[0], names)}");
        }

        return command.Subcommands.Count > 0
            ? new Problem("", $"'{CommandPath.Of(command)}' has no command '{token}'.{Hint(token, command.Subcommands.Select(child => child.Name))}")
            : new Problem("", $"'{CommandPath.Of(command)}' takes no further argument '{token}'. Text with spaces needs quotes.");
    }

    /// <summary>A misspelt option that the parser took for a positional argument. After <c>--</c> everything is an argument.</summary>
    private static IEnumerable<string> OptionsTakenForArguments(ParseResult parsed)
    {
        IEnumerable<string> beforeDoubleDash = parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Select(token => token.Value);
        return parsed.CommandResult.Children.OfType<ArgumentResult>()
            .SelectMany(argument => argument.Tokens)
            .Select(token => token.Value)
            .Where(LooksLikeOption)
            .Intersect(beforeDoubleDash);
    }

    private static IEnumerable<string> OptionNames(Command command) =>
        command.Options.Where(option => !option.Hidden).SelectMany(option => option.Aliases.Append(option.Name));

    private static IEnumerable<Command> Lineage(Command command) =>
        command.Parents.OfType<Command>().SelectMany(Lineage).Append(command);

    private static string Hint(string name, IEnumerable<string> candidates) =>
        NearestName.Find(name, candidates) is { } nearest ? $" Did you mean '{nearest}'?" : "";

    private static string CommandNames(Command command) =>
        string.Join(", ", command.Subcommands.Where(child => !child.Hidden).Select(child => child.Name));

    private static string Plain(string message) =>
        ExpectedType().Replace(Spaces().Replace(message, " "), match => match.Groups[1].Value switch
        {
            "Int32" or "Int64" or "UInt32" or "UInt64" => "as a whole number",
            "Single" or "Double" => "as a number",
            "Boolean" => "as true or false",
            string other => $"as {other}",
        });

    private static bool LooksLikeOption(string token) => OptionForm().IsMatch(token);

    [GeneratedRegex(@"^--?[A-Za-z][\w-]*(=.*)?$", RegexOptions.Singleline)]
    private static partial Regex OptionForm();

    [GeneratedRegex(@"as expected type '(?:\w+\.)*(\w+)'")]
    private static partial Regex ExpectedType();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
