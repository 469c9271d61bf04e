using System.Runtime.InteropServices;

namespace DriveKD.Cli.Shell;

/// <summary>
/// Turns the first Ctrl-C or SIGTERM into a cancelled token, from the moment when the token is first asked for; the second
/// signal ends the process.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource _source = new();
    private readonly List<PosixSignalRegistration> _registrations = [];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token
    {
        get
        {
            lock (_registrations)
            {
                if (_registrations.Count == 0)
                {
                    _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
                    _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
                }
            }

            return _source.Token;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        if (_source.IsCancellationRequested)
        {
            return;
        }

        context.Cancel = true;
        Console.Error.WriteLine("Stopping (once more to stop at once) ...");
        _source.Cancel();
    }
}
