namespace DriveKD.Data.Samples.Pictures;

/// <summary>Follows symbolic links: on every part of a path, as the file system does on opening it.</summary>
internal sealed class RealPath
{
    private const int MostLinks = 40;

    private readonly Dictionary<string, string?> _folders = new(StringComparer.Ordinal);

    /// <summary>Where a path really leads, or null where links run in a circle. Parts that do not exist are kept as they are.</summary>
    /// <param name="fullPath">An absolute path.</param>
    public string? Resolve(string fullPath) => Resolve(fullPath, MostLinks);

    private string? Resolve(string path, int linksLeft)
    {
        string? parent = Path.GetDirectoryName(path);
        if (parent is null)
        {
            return path;
        }

        string? realParent = ResolveFolder(parent, linksLeft);
        if (realParent is null)
        {
            return null;
        }

        string place = Path.Combine(realParent, Path.GetFileName(path));
        if (new FileInfo(place).LinkTarget is not string target)
        {
            return place;
        }

        // The parent is real, so its ".." parts may be taken away as text.
        return linksLeft == 0 ? null : Resolve(Path.GetFullPath(target, realParent), linksLeft - 1);
    }

    private string? ResolveFolder(string folder, int linksLeft)
    {
        if (!_folders.TryGetValue(folder, out string? real))
        {
            real = Resolve(folder, linksLeft);
            _folders[folder] = real;
        }

        return real;
    }
}
