using System.IO.Enumeration;
using DriveKD.Data.Errors;

namespace DriveKD.Cli.Commands.Corrupting;

/// <summary>The pictures of a folder, or one picture.</summary>
/// <param name="Root">The folder that the paths are relative to.</param>
/// <param name="Paths">Relative paths in ordinal order, with forward slashes.</param>
/// <param name="Others">How many files of the folder are no pictures by their names.</param>
internal sealed record PictureFiles(string Root, IReadOnlyList<string> Paths, int Others)
{
    private static readonly string[] _endings = [".jpg", ".jpeg", ".png", ".webp", ".bmp"];

    /// <summary>Lists them.</summary>
    /// <param name="input">A file or a folder. Links to folders are not followed.</param>
    /// <exception cref="InputException">There is nothing, or no picture in it.</exception>
    public static PictureFiles Find(string input)
    {
        if (File.Exists(input))
        {
            string file = Path.GetFullPath(input);
            return new PictureFiles(Path.GetDirectoryName(file)!, [Path.GetFileName(file)], 0);
        }

        if (!Directory.Exists(input))
        {
            throw new InputException(input, "is neither a picture nor a folder.");
        }

        string root = Path.GetFullPath(input);
        try
        {
            string[] files = [.. Enumerate(root).Select(path => Path.GetRelativePath(root, path).Replace('\\', '/')).Order(StringComparer.Ordinal)];
            string[] pictures = [.. files.Where(file => _endings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))];
            return pictures.Length > 0
                ? new PictureFiles(root, pictures, files.Length - pictures.Length)
                : throw new InputException(input, $"holds no picture; names ending in {string.Join(", ", _endings)} are looked for, in the folders below too.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(input, $"could not be listed: {exception.Message}", exception);
        }
    }

    // A link to a folder can lead in circles.
    private static FileSystemEnumerable<string> Enumerate(string root) =>
        new(root, (ref entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = false, AttributesToSkip = 0 })
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
            ShouldRecursePredicate = (ref entry) => !entry.Attributes.HasFlag(FileAttributes.ReparsePoint),
        };
}
