using System.CommandLine;
using DriveKD.Cli.Shell;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Tests.Shell;

public sealed class CommandRunnerTests : IDisposable
{
    private readonly TestTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public void Run_CommandSucceeds_ReturnsItsExitCode()
    {
        Assert.Equal(ExitCode.Done, Run(_ => ExitCode.Done));
        Assert.Equal(ExitCode.CheckFailed, Run(_ => ExitCode.CheckFailed));
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public void Run_InputException_ReportsEveryProblemAndReturnsBadInput()
    {
        int code = Run(_ => throw new InputException([new Problem("a.yaml:3", "unknown key 'sed'"), new Problem("a.yaml:9", "steps is -1")]));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal("2 errors:\n  a.yaml:3: unknown key 'sed'\n  a.yaml:9: steps is -1\n", _terminal.Error);
        Assert.Empty(_terminal.Output);
    }

    [Fact]
    public void Run_MoreProblemsThanAScreenHolds_FirstFiftyAndTheNumberOfTheOthers()
    {
        Run(_ => throw new InputException([.. Enumerable.Range(0, 120).Select(i => new Problem($"sample {i}", "is faulty"))]));

        string[] lines = _terminal.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(52, lines.Length);
        Assert.Equal(("120 errors:", "  sample 49: is faulty", "  and 70 more"), (lines[0], lines[50], lines[51]));
    }

    [Fact]
    public void Run_InputExceptionsOfParallelWork_AreReportedTogether()
    {
        int code = Run(_ => throw new AggregateException(new InputException("a.jpg", "is truncated."), new InputException("b.jpg", "is missing.")));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal("2 errors:\n  a.jpg: is truncated.\n  b.jpg: is missing.\n", _terminal.Error);
    }

    [Fact]
    public void Run_CancelledByTheUser_Returns130WithoutAnError()
    {
        int code = Run(terminal =>
        {
            _terminal.Interrupt();
            terminal.Interrupted.ThrowIfCancellationRequested();
            return ExitCode.Done;
        });

        Assert.Equal(130, code);
        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public void Run_CancellationThatNobodyAskedFor_IsAFault() =>
        Assert.Equal(ExitCode.Fault, Run(_ => throw new OperationCanceledException("a time limit of the program's own")));

    [Fact]
    public void Run_UnexpectedException_PrintsOneLineAndKeepsTheDetailsInAFile()
    {
        int code = Run(_ => throw new InvalidOperationException("The cache has no layer 3.\nSecond line."));

        Assert.Equal(ExitCode.Fault, code);
        string[] lines = _terminal.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, lines.Length);
        Assert.Equal("fault: InvalidOperationException: The cache has no layer 3.", lines[0]);
        Assert.StartsWith("This is a bug in drivekd.", lines[1], StringComparison.Ordinal);
        string path = lines[1][lines[1].IndexOf(Path.GetTempPath(), StringComparison.Ordinal)..];
        string details = File.ReadAllText(path);
        File.Delete(path);
        Assert.Contains("Second line.", details, StringComparison.Ordinal);
        Assert.Contains("at DriveKD.Cli.Tests.Shell.CommandRunnerTests", details, StringComparison.Ordinal);
        Assert.Contains("arguments 'work' '--number' '7'", details, StringComparison.Ordinal);
        Assert.Contains("commit", details, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_DiskFull_IsNotABug()
    {
        int code = Run(_ => throw new IOException("No space left on device : '/data/run/metrics.jsonl'", 28));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal("error: No space left on device : '/data/run/metrics.jsonl'\n", _terminal.Error);
    }

    [Fact]
    public void Run_FileWithoutPermission_IsNotABug()
    {
        int code = Run(_ => throw new UnauthorizedAccessException("Access to the path '/data/run' is denied."));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal("error: Access to the path '/data/run' is denied.\n", _terminal.Error);
    }

    [Fact]
    public void Run_OtherInputOutputFailure_IsAFault() =>
        Assert.Equal(ExitCode.Fault, Run(_ => throw new FileNotFoundException("Could not load assembly DriveKD.Runs.")));

    [Fact]
    public void Run_NativeLibraryMissing_SaysWhichAndWhatToInstall()
    {
        int code = Run(_ => throw new TypeInitializationException("TorchSharp.torch", new DllNotFoundException("libgomp.so.1: cannot open shared object file\nmore")));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.StartsWith("error: native libraries: libgomp.so.1: cannot open shared object file. DriveKD needs", _terminal.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrok", "error: 'drivekd' has no command 'wrok'. Did you mean 'work'?\nSee: drivekd --help\n")]
    [InlineData("quantize", "error: 'drivekd' has no command 'quantize'.\nSee: drivekd --help\n")]
    [InlineData("work --nubmer 7", "error: 'drivekd work' has no option '--nubmer'. Did you mean '--number'?\nSee: drivekd work --help\n")]
    [InlineData("work --number=x", "error: Cannot parse argument 'x' for option '--number' as a whole number.\nSee: drivekd work --help\n")]
    [InlineData("data", "error: 'drivekd data' needs one of its commands: inspect.\nSee: drivekd data --help\n")]
    [InlineData("data insepct f", "error: 'drivekd data' has no command 'insepct'. Did you mean 'inspect'?\nSee: drivekd data --help\n")]
    [InlineData("data inspect", "error: Required argument 'file' missing for command: 'inspect'.\nSee: drivekd data inspect --help\n")]
    [InlineData("data inspect f g", "error: 'drivekd data inspect' takes no further argument 'g'. Text with spaces needs quotes.\nSee: drivekd data inspect --help\n")]
    [InlineData("data inspect --jsno", "error: 'drivekd data inspect' has no option '--jsno'. Did you mean '--json'?\nSee: drivekd data inspect --help\n")]
    public void Run_WrongArguments_AreExplainedWithTheNearestName(string args, string expected)
    {
        int code = Run(_ => ExitCode.Done, args.Split(' '));

        Assert.Equal(ExitCode.BadInput, code);
        Assert.Equal(expected, _terminal.Error);
        Assert.Empty(_terminal.Output);
    }

    [Theory]
    [InlineData("@question.txt")]
    [InlineData("- what is ahead?")]
    [InlineData("-")]
    public void Run_ArgumentsWithSpecialFirstCharacters_ArriveAsTheyAre(string argument)
    {
        string? seen = null;
        int code = Run(_ => ExitCode.Done, ["data", "inspect", argument], file => seen = file);

        Assert.Equal((ExitCode.Done, argument), (code, seen));
    }

    [Fact]
    public void Run_ArgumentAfterDoubleDash_IsNeverAnOption()
    {
        string? seen = null;
        int code = Run(_ => ExitCode.Done, ["data", "inspect", "--", "--json"], file => seen = file);

        Assert.Equal((ExitCode.Done, "--json"), (code, seen));
    }

    private int Run(Func<Terminal, int> work) => Run(work, ["work", "--number", "7"]);

    private int Run(Func<Terminal, int> work, string[] args, Action<string>? onFile = null)
    {
        Command worker = new("work", "Does what the test says.") { new Option<int>("--number") };
        worker.SetAction(_ => work(_terminal.Terminal));
        Argument<string> file = new("file");
        Command inspect = new("inspect", "Counts.") { file, new Option<bool>("--json") };
        inspect.SetAction(parsed => onFile?.Invoke(parsed.GetRequiredValue(file)));
        RootCommand root = new("A program with a command and a group.") { worker, new Command("data", "A group.") { inspect } };
        return CommandRunner.Run(root, args, _terminal.Terminal);
    }
}
