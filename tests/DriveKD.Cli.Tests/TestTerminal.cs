using Spectre.Console.Testing;

namespace DriveKD.Cli.Tests;

/// <summary>A terminal whose text a test can read.</summary>
internal sealed class TestTerminal : IDisposable
{
    private readonly TestConsole _output = new();
    private readonly TestConsole _error = new();
    private readonly CancellationTokenSource _interruption = new();

    public TestTerminal() => Terminal = new Terminal(_output, _error, _interruption.Token);

    public Terminal Terminal { get; }

    public string Output => _output.Output;

    public string Error => _error.Output;

    /// <summary>What Ctrl-C does.</summary>
    public void Interrupt() => _interruption.Cancel();

    /// <summary>Runs the whole program as <c>drivekd ARGS</c> does.</summary>
    public int Run(params string[] args) => Cli.Shell.CommandRunner.Run(Program.CreateRootCommand(Terminal), args, Terminal);

    public void Dispose()
    {
        _output.Dispose();
        _error.Dispose();
        _interruption.Dispose();
    }
}
