using System.Text;
using Spectre.Console;
using Spectre.Console.Testing;

namespace DriveKD.Cli.Tests;

/// <summary>
/// A terminal whose text a test can read. Unless a test brings its own, its clock stands still: what waits print depends on how busy
/// the machine is.
/// </summary>
internal sealed class TestTerminal : IDisposable
{
    private readonly TestConsole _output = new();
    private readonly TestConsole _error = new();
    private readonly CancellationTokenSource _interruption = new();

    public TestTerminal(TimeProvider? time = null, string input = "") =>
        Terminal = new Terminal(_output, _error, time ?? new StandingClock(), _interruption.Token) { Input = new StringReader(input) };

    public Terminal Terminal { get; }

    public string Output => _output.Output;

    public string Error => _error.Output;

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt() => _interruption.Cancel();

    /// <summary>Presses Ctrl-C as soon as a text has come on standard error.</summary>
    public void InterruptAt(string text) => _error.Profile.Out = new AnsiConsoleOutput(new Watcher(_error.Profile.Out.Writer, text, Interrupt));

    /// <summary>Runs the whole program as <c>drivekd ARGS</c> does.</summary>
    public int Run(params string[] args) => Cli.Shell.CommandRunner.Run(Program.CreateRootCommand(Terminal), args, Terminal);

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _interruption.Dispose();
    }

    private sealed class Watcher(TextWriter writer, string text, Action found) : TextWriter
    {
        public override Encoding Encoding => writer.Encoding;

        public override void Write(char value) => writer.Write(value);

        public override void Write(string? value)
        {
            writer.Write(value);
            if (value?.Contains(text, StringComparison.Ordinal) == true)
            {
                found();
            }
        }

        public override void WriteLine(string? value)
        {
            Write(value);
            writer.WriteLine();
        }
    }

    private sealed class StandingClock : TimeProvider
    {
        public override long GetTimestamp() => 0;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) => new Timer(_ => { });
    }
}
