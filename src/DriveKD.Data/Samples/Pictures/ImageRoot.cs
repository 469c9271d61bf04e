using DriveKD.Data.Errors;

namespace DriveKD.Data.Samples.Pictures;

/// <summary>
/// The folder under which a record file's pictures lie. A recorded path is tried as it is; then without the prefixes that the
/// public files carry. A path never leads out of the folder, neither by its own parts nor by a link.
/// </summary>
internal sealed class ImageRoot
{
    private readonly string _root;
    private readonly string? _realRoot;
    private readonly RealPath _realPath = new();
    private readonly Dictionary<string, PictureResolution> _resolved = new(StringComparer.Ordinal);

    /// <exception cref="InputException">The folder does not exist.</exception>
    public ImageRoot(string folder)
    {
        if (string.IsNullOrWhiteSpace(folder) || folder.Contains('\0'))
        {
            throw new InputException("image root", "is blank; name the folder that holds the pictures.");
        }

        _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (!Directory.Exists(_root))
        {
            throw new InputException(folder, File.Exists(_root)
                ? "is a file; the image root is the folder that holds the pictures."
                : "does not exist; the image root is the folder that holds the pictures.");
        }

        _realRoot = _realPath.Resolve(_root);
    }

    public PictureResolution Resolve(string recorded)
    {
        if (!_resolved.TryGetValue(recorded, out PictureResolution resolution))
        {
            resolution = Find(recorded);
            _resolved.Add(recorded, resolution);
        }

        return resolution;
    }

    private PictureResolution Find(string recorded)
    {
        if (string.IsNullOrWhiteSpace(recorded) || recorded.Contains('\0'))
        {
            return PictureResolution.Faulty(RecordFaultKind.MissingPicture, "the path is blank or holds a NUL; name a picture file.");
        }

        List<string> lookedFor = [];
        foreach (string candidate in PicturePath.Candidates(recorded))
        {
            string path = Path.GetFullPath(Path.Combine(_root, candidate));
            if (!IsUnder(path, _root))
            {
                continue;
            }

            // A link counts as existing even where it leads nowhere: what it leads to is looked at.
            string? real = File.Exists(path) ? _realPath.Resolve(path) : null;
            if (real is not null && (_realRoot is null || !IsUnder(real, _realRoot)))
            {
                return PictureResolution.Faulty(
                    RecordFaultKind.PictureOutsideRoot,
                    $"'{recorded}' is a link, or lies behind one, that leaves the image root {_root}: refused; put the pictures under the root.");
            }

            if (real is null || !File.Exists(real))
            {
                lookedFor.Add(candidate);
                continue;
            }

            return new FileInfo(real).Length == 0
                ? PictureResolution.Faulty(RecordFaultKind.EmptyPicture, $"the picture {path} is an empty file; fetch it again.")
                : PictureResolution.Found(path);
        }

        return lookedFor.Count == 0
            ? PictureResolution.Faulty(
                RecordFaultKind.PictureOutsideRoot,
                $"'{recorded}' leaves the image root {_root}: refused; record paths relative to the root.")
            : PictureResolution.Faulty(
                RecordFaultKind.MissingPicture,
                $"the picture '{recorded}' is missing: not under {_root} as {string.Join(" or ", lookedFor)}.");
    }

    private static bool IsUnder(string path, string folder)
    {
        StringComparison comparison = OperatingSystem.IsWindows() ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        string prefix = Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar;
        return path.Length > prefix.Length && path.StartsWith(prefix, comparison);
    }
}
