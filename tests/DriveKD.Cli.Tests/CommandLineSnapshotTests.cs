using System.CommandLine;
using DriveKD.Cli.Shell;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests;

/// <summary>
/// Freezes the command line: users' scripts depend on every name in it. One file per command, so that a change shows where it
/// belongs. <c>DRIVEKD_UPDATE_SNAPSHOTS=1</c> rewrites the files.
/// </summary>
public sealed class CommandLineSnapshotTests
{
    private const string UpdateVariable = "DRIVEKD_UPDATE_SNAPSHOTS";

    private static readonly string _folder = Path.Combine(TestPaths.Repository, "tests", "DriveKD.Cli.Tests", "Snapshots");

    [Fact]
    public void CommandLine_EveryCommand_IsAsItsSnapshotSays()
    {
        using TestTerminal terminal = new();
        Dictionary<string, string> expected = CommandPath.Leaves(Program.CreateRootCommand(terminal.Terminal))
            .ToDictionary(command => $"{CommandPath.Of(command)["drivekd ".Length..].Replace(' ', '.')}.txt", Describe);
        if (Environment.GetEnvironmentVariable(UpdateVariable) == "1")
        {
            Directory.GetFiles(_folder, "*.txt").ToList().ForEach(File.Delete);
            expected.ToList().ForEach(pair => File.WriteAllText(Path.Combine(_folder, pair.Key), pair.Value));
        }

        string advice = $"If this change of the command line is meant, run the tests with {UpdateVariable}=1 and commit the files.";
        Dictionary<string, string> found = Directory.GetFiles(_folder, "*.txt").ToDictionary(file => Path.GetFileName(file), File.ReadAllText);
        Assert.True(expected.Keys.ToHashSet().SetEquals(found.Keys), $"Commands: {List(expected.Keys)}. Snapshots: {List(found.Keys)}. {advice}");
        Assert.All(expected, pair => Assert.True(
            pair.Value == found[pair.Key],
            $"{pair.Key} differs. {advice}\n--- snapshot\n{found[pair.Key]}+++ now\n{pair.Value}"));
    }

    private static string List(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal));

    private static string Describe(Command command)
    {
        IEnumerable<string> arguments = command.Arguments.Select(argument =>
            $"{argument.Name}: {TypeName(argument.ValueType)}, {argument.Arity.MinimumNumberOfValues}..{Limit(argument.Arity)}");
        IEnumerable<string> options = command.Options.OrderBy(option => option.Name, StringComparer.Ordinal).Select(option =>
            $"{string.Join('|', option.Aliases.Order(StringComparer.Ordinal).Prepend(option.Name))}: {TypeName(option.ValueType)}, "
            + $"{option.Arity.MinimumNumberOfValues}..{Limit(option.Arity)}{(option.Required ? ", required" : "")}");
        return string.Concat(new[] { CommandPath.Of(command) }.Concat(arguments).Concat(options).Select(line => line + "\n"));
    }

    private static string Limit(ArgumentArity arity) =>
        arity.MaximumNumberOfValues >= ArgumentArity.OneOrMore.MaximumNumberOfValues ? "many" : $"{arity.MaximumNumberOfValues}";

    private static string TypeName(Type type) =>
        type.IsArray ? $"{TypeName(type.GetElementType()!)}[]"
        : Nullable.GetUnderlyingType(type) is { } inner ? $"{inner.Name}?"
        : type.IsGenericType ? $"{type.Name.Split('`')[0]}<{string.Join(", ", type.GetGenericArguments().Select(TypeName))}>"
        : type.Name;
}
