using DriveKD.Data.Errors;

namespace DriveKD.Runs.Folders;

/// <summary>
/// Keeps two processes from working in one run folder. The operating system lets go of it when the process ends, however it ends, so a
/// killed run can be taken up at once.
/// </summary>
internal sealed class RunLock : IDisposable
{
    /// <summary>The file that is held open; its content says nothing.</summary>
    public const string FileName = "run.lock";

    private readonly FileStream _stream;

    private RunLock(FileStream stream) => _stream = stream;

    /// <summary>Takes the lock of a run folder.</summary>
    /// <param name="runFolder">The folder.</param>
    /// <exception cref="InputException">Another process holds it, or the folder cannot be written.</exception>
    public static RunLock Take(string runFolder)
    {
        string file = Path.Combine(runFolder, FileName);
        try
        {
            return new RunLock(new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new InputException(runFolder, $"cannot be written: {exception.Message}", exception);
        }
        catch (IOException exception)
        {
            throw new InputException(runFolder, $"is in use by another process, which is working in it ({exception.Message}). Wait for it or stop it.", exception);
        }
    }

    public void Dispose() => _stream.Dispose();
}
