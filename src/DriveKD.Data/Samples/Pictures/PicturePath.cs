namespace DriveKD.Data.Samples.Pictures;

/// <summary>What the record files' picture paths have in common. docs/FORMATS.md states the rule.</summary>
internal static class PicturePath
{
    private const string ElidedPrefix = ".../";
    private const string NuScenesFolder = "nuscenes";
    private const string CorruptionFolder = "corruption";
    private const string KeyFrameFolder = "samples";

    /// <summary>The paths under an image root that a recorded path may mean, the likeliest first.</summary>
    public static IReadOnlyList<string> Candidates(string recorded)
    {
        string path = WithSlashes(recorded);
        List<string> candidates = [path];
        if (path.StartsWith(ElidedPrefix, StringComparison.Ordinal))
        {
            candidates.Add(path[ElidedPrefix.Length..].TrimStart('/'));
        }

        if (AfterNuScenes(path) is string rest)
        {
            candidates.Add(rest);
        }

        return candidates;
    }

    /// <summary>What two recorded paths of one picture have in common, whichever layouts they come from.</summary>
    public static string Key(string recorded)
    {
        string path = WithSlashes(recorded);
        path = AfterNuScenes(path)
            ?? (path.StartsWith(ElidedPrefix, StringComparison.Ordinal) ? path[ElidedPrefix.Length..] : path);
        return string.Join('/', path.Split('/').Where((part, i) => part != "." && (part.Length > 0 || i == 0)));
    }

    /// <summary>
    /// The key of the photograph that a picture was made from: DriveBench's corrupted pictures stand under
    /// <c>corruption/NAME</c> as the clean ones under <c>nuscenes/samples</c>.
    /// </summary>
    public static string PhotographKey(string recorded)
    {
        string key = Key(recorded);
        string[] parts = key.Split('/');
        int folder = Array.LastIndexOf(parts, CorruptionFolder);
        return folder >= 0 && folder + 2 < parts.Length ? string.Join('/', parts[(folder + 2)..].Prepend(KeyFrameFolder)) : key;
    }

    /// <summary>The camera whose folder the picture lies in, or null.</summary>
    public static string? Camera(string recorded) =>
        WithSlashes(recorded).Split('/')[..^1].LastOrDefault(part => part.StartsWith("CAM_", StringComparison.Ordinal));

    private static string WithSlashes(string path) => path.Replace('\\', '/');

    private static string? AfterNuScenes(string path)
    {
        string[] parts = path.Split('/');
        int folder = Array.LastIndexOf(parts, NuScenesFolder);
        string rest = folder < 0 ? "" : string.Join('/', parts[(folder + 1)..]).TrimStart('/');
        return rest.Length > 0 ? rest : null;
    }
}
