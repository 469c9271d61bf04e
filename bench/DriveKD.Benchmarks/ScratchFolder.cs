namespace DriveKD.Benchmarks;

/// <summary>A folder that is gone afterwards.</summary>
internal sealed class ScratchFolder : IDisposable
{
    /// <param name="parent">Where it is made: what is measured on a disk must lie on that disk. The temporary folder by default.</param>
    public ScratchFolder(string? parent = null)
    {
        Path = System.IO.Path.Combine(parent ?? System.IO.Path.GetTempPath(), $"drivekd-bench-{Guid.NewGuid():N}");
        Directory.CreateDirectory(Path);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>A path in it.</summary>
    /// <param name="name">Names below it.</param>
    public string this[params string[] name] => System.IO.Path.Combine([Path, .. name]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
