namespace DriveKD.Cli.Shell;

/// <summary>
/// How a child of this program is stopped: standard input is held open by whoever started it, and its end means stop. It works on every
/// system, and a child does not outlive a parent that was killed.
/// </summary>
internal static class EndOfInput
{
    /// <summary>The same consoles, whose interruption is also the end of standard input.</summary>
    /// <param name="terminal">The consoles.</param>
    /// <param name="stop">Cancelled by either; the caller's.</param>
    public static Terminal Watch(Terminal terminal, CancellationTokenSource stop)
    {
        Thread watch = new(() =>
        {
            using Stream input = Console.OpenStandardInput();
            while (input.ReadByte() >= 0)
            {
                // What is written is of no meaning; only the end is.
            }

            try
            {
                stop.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // The work has ended by itself.
            }
        })
        { IsBackground = true, Name = "end of input" };
        watch.Start();
        return new Terminal(terminal.Output, terminal.Error, terminal.Time, stop.Token);
    }
}
