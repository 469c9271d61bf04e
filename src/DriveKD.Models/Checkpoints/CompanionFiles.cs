using DriveKD.Runs.Folders;

namespace DriveKD.Models.Checkpoints;

/// <summary>Everything in a checkpoint folder that is not weights: config, tokenizer, templates, code, licence.</summary>
internal static class CompanionFiles
{
    /// <summary>Paths relative to the folder. Hidden files, links to folders and folders with weights of their own are left out.</summary>
    public static IReadOnlyList<string> Find(string folder)
    {
        List<string> found = [];
        Add(folder, string.Empty, found);
        return found;
    }

    /// <summary>Bytes of all of them.</summary>
    public static long Size(string folder, IReadOnlyList<string> files) =>
        files.Sum(file => new FileInfo(Path.Combine(folder, file)) is { LinkTarget: null } info
            ? info.Length
            : RandomAccessLength(Path.Combine(folder, file)));

    /// <summary>Copies them.</summary>
    public static void Copy(string from, IReadOnlyList<string> files, string to)
    {
        foreach (string file in files)
        {
            string target = Path.Combine(to, file);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            AtomicFile.Copy(Path.Combine(from, file), target);
        }
    }

    private static void Add(string folder, string relative, List<string> found)
    {
        string here = Path.Combine(folder, relative);
        foreach (string path in Directory.EnumerateFiles(here).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileName(path);
            if (!name.StartsWith('.') && !WeightFiles.IsWeightFile(name) && !name.EndsWith(AtomicFile.TemporarySuffix, StringComparison.Ordinal))
            {
                found.Add(Path.Combine(relative, name));
            }
        }

        foreach (DirectoryInfo inner in new DirectoryInfo(here).EnumerateDirectories().OrderBy(inner => inner.Name, StringComparer.Ordinal))
        {
            bool isCheckpoint = inner.LinkTarget is null && inner.EnumerateFiles().Any(file => WeightFiles.IsWeightFile(file.Name));
            if (!inner.Name.StartsWith('.') && inner.LinkTarget is null && !isCheckpoint)
            {
                Add(folder, Path.Combine(relative, inner.Name), found);
            }
        }
    }

    /// <summary>The length behind a link: hub caches hold links to their files.</summary>
    private static long RandomAccessLength(string path)
    {
        using FileStream stream = File.OpenRead(path);
        return stream.Length;
    }
}
