using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DriveKD.Data.Errors;

namespace DriveKD.Runs.Folders;

/// <summary>Fingerprints of what runs read, by content: each file is read once.</summary>
public sealed class ContentHashes
{
    private readonly Dictionary<string, string> _files = new(StringComparer.Ordinal);

    /// <summary>SHA-256 of a file's content.</summary>
    /// <param name="file">The file.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public string OfFile(string file)
    {
        if (!_files.TryGetValue(file, out string? hash))
        {
            try
            {
                using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read);
                hash = Convert.ToHexStringLower(SHA256.HashData(stream));
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                throw new InputException(file, $"could not be read: {exception.Message}", exception);
            }

            _files.Add(file, hash);
        }

        return hash;
    }

    /// <summary>SHA-256 over the files of a model folder: weights, configuration, tokenizer.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">It cannot be read.</exception>
    public string OfModel(string folder)
    {
        string[] files;
        try
        {
            files = [.. Directory.EnumerateFiles(folder).Where(file => Path.GetExtension(file) is ".json" or ".safetensors" or ".txt" or ".model").Order(StringComparer.Ordinal)];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(folder, $"could not be read: {exception.Message}", exception);
        }

        return OfTexts(files.Select(file => $"{Path.GetFileName(file)} {OfFile(file)}"));
    }

    /// <summary>SHA-256 over several files, each once, in the order of their paths; the paths themselves do not count.</summary>
    /// <param name="files">The files.</param>
    /// <exception cref="InputException">One cannot be read.</exception>
    public string OfFiles(IEnumerable<string> files) => OfTexts(files.Distinct().Order(StringComparer.Ordinal).Select(OfFile));

    /// <summary>SHA-256 over texts.</summary>
    /// <param name="texts">The texts, none of which holds a line break.</param>
    public static string OfTexts(IEnumerable<string> texts)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string text in texts)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{text}\n")));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
