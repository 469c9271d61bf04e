using System.Security.Cryptography;

namespace DriveKD.Data.Samples.Inspection;

/// <summary>Tells which picture files have the same content. Only files of a length that occurs on both sides are read.</summary>
internal static class PictureContents
{
    /// <summary>The SHA-256 of every file that may have a twin on the other side, by path.</summary>
    /// <param name="paths">Absolute paths of one file's pictures.</param>
    /// <param name="otherPaths">Those of the other's.</param>
    /// <param name="onUnreadable">Told the path of a file that cannot be read, and why.</param>
    /// <param name="progress">Told the files read.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public static Dictionary<string, string> Hash(
        IReadOnlyCollection<string> paths,
        IReadOnlyCollection<string> otherPaths,
        Action<string, string> onUnreadable,
        IProgress<DataProgress>? progress,
        CancellationToken cancellationToken)
    {
        HashSet<long> lengths = [.. paths.Select(Length)];
        lengths.IntersectWith(otherPaths.Select(Length));
        string[] suspects = [.. paths.Union(otherPaths).Where(path => lengths.Contains(Length(path)))];
        Dictionary<string, string> hashes = new(StringComparer.Ordinal);
        for (int i = 0; i < suspects.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            progress?.Report(new DataProgress("comparing pictures", i, suspects.Length));
            try
            {
                using FileStream stream = File.OpenRead(suspects[i]);
                hashes.Add(suspects[i], Convert.ToHexString(SHA256.HashData(stream)));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                onUnreadable(suspects[i], exception.Message);
            }
        }

        return hashes;
    }

    private static long Length(string path) => new FileInfo(path) is { Exists: true } file ? file.Length : -1;
}
