using DriveKD.Data.Errors;

namespace DriveKD.Cli.Commands.Worlds.Building;

/// <summary>Keeps two builds out of one work folder. The operating system lets go of it however the process ends.</summary>
internal sealed class BuildLock : IDisposable
{
    /// <summary>The file that is held open; its content says nothing.</summary>
    public const string FileName = "build.lock";

    private readonly FileStream _stream;

    private BuildLock(FileStream stream) => _stream = stream;

    /// <summary>Makes the folder where it is missing, and takes it.</summary>
    /// <param name="work">The work folder.</param>
    /// <exception cref="InputException">Another build works in it, or it cannot be written.</exception>
    public static BuildLock Take(string work)
    {
        try
        {
            Directory.CreateDirectory(work);
            return new BuildLock(new FileStream(Path.Combine(work, FileName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(work, $"cannot be worked in: {exception.Message} Is another build running there?", exception);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _stream.Dispose();
}
