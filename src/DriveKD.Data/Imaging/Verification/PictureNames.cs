using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>
/// Finds the file behind a short name of tiles.json, such as <c>front</c> or <c>portrait-300x500</c>: an input called so, or the
/// one photograph of that camera that the other tables name.
/// </summary>
internal static class PictureNames
{
    /// <summary>Finds the file.</summary>
    /// <param name="folder">The golden folder.</param>
    /// <param name="name">The short name.</param>
    /// <exception cref="InputException">No file, or more than one, goes by that name.</exception>
    public static string Find(GoldenFolder folder, string name)
    {
        List<string> known = KnownPictures(folder);
        string camera = "CAM_" + name.ToUpperInvariant().Replace('-', '_');
        List<string> found = known.FindAll(file => Path.GetFileNameWithoutExtension(file) is var stem && (stem == name || stem == "rgb-" + name));
        if (found.Count == 0)
        {
            found = known.FindAll(file => Path.GetFileName(Path.GetDirectoryName(file)) == camera);
        }

        return found.Count switch
        {
            1 => found[0],
            0 => throw new InputException(name, $"no picture goes by this name: neither an input called {name} or rgb-{name} nor a photograph of {camera}."),
            _ => throw new InputException(name, $"several pictures go by this name: {string.Join(", ", found)}."),
        };
    }

    private static List<string> KnownPictures(GoldenFolder folder)
    {
        HashSet<string> known = [];
        if (folder.TryRead(DecodeGoldens.FileName, out DecodeGoldens.Table? decode))
        {
            known.UnionWith(decode.Images.Select(row => row.File));
        }

        if (folder.TryRead(ResizeGoldens.FileName, out ResizeGoldens.Table? resize))
        {
            known.UnionWith(resize.Cases.Select(row => row.Input.StartsWith("inputs/", StringComparison.Ordinal) ? row.Input["inputs/".Length..] : row.Input));
        }

        string inputs = folder.File("inputs");
        if (Directory.Exists(inputs))
        {
            known.UnionWith(Directory.EnumerateFiles(inputs).Select(file => Path.GetFileName(file)));
        }

        return [.. known];
    }
}
