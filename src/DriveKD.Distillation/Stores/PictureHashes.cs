using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;

namespace DriveKD.Distillation.Stores;

/// <summary>What pictures hold, as hashes: of a file's bytes, or of a drawn picture's pixels. Each is read once.</summary>
internal sealed class PictureHashes
{
    private readonly ContentHashes _files = new();
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>A picture's hash.</summary>
    /// <param name="image">The picture.</param>
    /// <exception cref="Data.Errors.InputException">Its file cannot be read.</exception>
    public string Of(SampleImage image)
    {
        if (!_known.TryGetValue(image.Key, out string? hash))
        {
            hash = image.Draw is null ? _files.OfFile(image.FullPath ?? image.RecordedPath) : OfPixels(image.Read());
            _known.Add(image.Key, hash);
        }

        return hash;
    }

    private static string OfPixels(RgbImage picture)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{picture.Width} {picture.Height}\n")));
        hash.AppendData(picture.Pixels);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
