using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;

namespace DriveKD.Runs.Folders;

/// <summary>
/// The content of a run folder's <c>inputs.json</c>: fingerprints of everything that decides a run besides its recipe, so that a resumed
/// run can say what has changed since it was started.
/// </summary>
public sealed record RunInputs
{
    /// <summary>The file's name.</summary>
    public const string FileName = "inputs.json";

    /// <summary>The program's version.</summary>
    public required string Version { get; init; }

    /// <summary>The commit that the program was built from.</summary>
    public required string Commit { get; init; }

    /// <summary>SHA-256 of every record file, by its path.</summary>
    public required IReadOnlyDictionary<string, string> Records { get; init; }

    /// <summary>How many pictures the samples show, and SHA-256 over their paths and sizes; of pictures in memory over their names and pixels.</summary>
    public required string Pictures { get; init; }

    /// <summary>
    /// SHA-256 over each model folder's files, by the folder: small files whole, weight files by name, size and header. Weights that were
    /// changed in place under an equal header are not noticed.
    /// </summary>
    public required IReadOnlyDictionary<string, string> Models { get; init; }

    /// <summary>Reads a run's inputs.</summary>
    /// <param name="runFolder">The run folder.</param>
    /// <exception cref="InputException">The file is missing or damaged.</exception>
    public static RunInputs Read(string runFolder)
    {
        string file = Path.Combine(runFolder, FileName);
        try
        {
            return JsonSerializer.Deserialize<RunInputs>(File.ReadAllBytes(file), RunJson.Options)
                ?? throw new InputException(file, "holds null, expected a run's inputs");
        }
        catch (JsonException exception)
        {
            throw new InputException(file, $"is damaged: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(file, $"could not be read: {exception.Message}", exception);
        }
    }

    /// <summary>Fingerprints record files.</summary>
    /// <param name="files">Paths.</param>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static IReadOnlyDictionary<string, string> OfRecords(IEnumerable<string> files) => files.Distinct().ToDictionary(file => file, new ContentHashes().OfFile);

    /// <summary>Fingerprints pictures by path and size: reading them all would take as long as an epoch.</summary>
    /// <param name="files">Paths.</param>
    public static string OfPictures(IEnumerable<string> files)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        int count = 0;
        foreach (string file in files.Distinct().Order(StringComparer.Ordinal))
        {
            FileInfo info = new(file);
            Append(hash, string.Create(CultureInfo.InvariantCulture, $"{file}\n{(info.Exists ? info.Length : -1)}\n"));
            count++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{count} {Hex(hash)}");
    }

    /// <summary>Fingerprints the pictures of samples: files by path and size, pictures in memory by name and pixels.</summary>
    /// <param name="samples">The samples; those of files have been resolved to them.</param>
    /// <exception cref="InvalidOperationException">Records were read without an image root.</exception>
    public static string OfPictures(IEnumerable<Sample> samples)
    {
        SampleImage[] images = [.. samples.SelectMany(sample => sample.Images).DistinctBy(image => image.Key)];
        SampleImage[] drawn = [.. images.Where(image => image.Draw is not null).OrderBy(image => image.Key, StringComparer.Ordinal)];
        string files = OfPictures(images.Where(image => image.Draw is null).Select(image =>
            image.FullPath ?? throw new InvalidOperationException($"{image.RecordedPath} was read without an image root.")));
        if (drawn.Length == 0)
        {
            return files;
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, files + "\n");
        foreach (SampleImage image in drawn)
        {
            RgbImage picture = image.Read();
            Append(hash, string.Create(CultureInfo.InvariantCulture, $"{image.Key}\n{picture.Width} {picture.Height}\n"));
            hash.AppendData(picture.Pixels);
        }

        return string.Create(CultureInfo.InvariantCulture, $"{images.Length} {Hex(hash)}");
    }

    /// <summary>Fingerprints samples that come from no file: everything of them that a model sees, but the pictures.</summary>
    /// <param name="samples">The samples, in their order.</param>
    public static string OfSamples(IEnumerable<Sample> samples)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (Sample sample in samples)
        {
            // Written as JSON, so that no text can pass for two.
            string[] seen = [sample.Question, sample.Answer ?? string.Empty, sample.Capability.ToString(), .. sample.Images.Select(image => image.RecordedPath)];
            Append(hash, JsonSerializer.Serialize(seen, RunJson.Options) + "\n");
        }

        return Hex(hash);
    }

    /// <summary>Fingerprints a model folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InputException">A file cannot be read.</exception>
    public static string OfModel(string folder)
    {
        // Enough for any header and any tokenizer; of larger files the beginning and the size are taken.
        const int MostBytes = 32 << 20;
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        try
        {
            byte[] buffer = new byte[1 << 16];
            foreach (string file in Directory.EnumerateFiles(folder).Where(IsOfTheModel).Order(StringComparer.Ordinal))
            {
                using FileStream stream = new(file, FileMode.Open, FileAccess.Read, FileShare.Read);
                Append(hash, string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(file)}\n{stream.Length}\n"));
                long left = file.EndsWith(".safetensors", StringComparison.Ordinal) ? HeaderBytes(stream, MostBytes) : MostBytes;
                for (int read; left > 0 && (read = stream.Read(buffer, 0, (int)Math.Min(buffer.Length, left))) > 0; left -= read)
                {
                    hash.AppendData(buffer, 0, read);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(folder, $"could not be read: {exception.Message}", exception);
        }

        return Hex(hash);
    }

    /// <summary>Replaces a run folder's inputs.</summary>
    /// <param name="runFolder">The run folder.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Write(string runFolder) => AtomicFile.WriteText(Path.Combine(runFolder, FileName), JsonSerializer.Serialize(this, RunJson.Options) + "\n");

    /// <summary>What differs, one line each.</summary>
    /// <param name="now">The inputs as they are now; this is how they were.</param>
    public IReadOnlyList<string> DifferencesTo(RunInputs now) =>
    [
        .. Differing("program", $"{Version} {Commit}", $"{now.Version} {now.Commit}"),
        .. Differing("records", Records, now.Records),
        .. Pictures == now.Pictures ? [] : (string[])[$"pictures: {Pictures.Split(' ')[0]} then, {now.Pictures.Split(' ')[0]} now; paths or sizes differ"],
        .. Differing("model", Models, now.Models),
    ];

    private static IEnumerable<string> Differing(string what, string then, string now)
    {
        if (then != now)
        {
            yield return $"{what}: {then} then, {now} now";
        }
    }

    private static IEnumerable<string> Differing(string what, IReadOnlyDictionary<string, string> then, IReadOnlyDictionary<string, string> now)
    {
        foreach (string path in then.Keys.Union(now.Keys).Order(StringComparer.Ordinal))
        {
            if (!then.TryGetValue(path, out string? before))
            {
                yield return $"{what} {path}: is new";
            }
            else if (!now.TryGetValue(path, out string? after))
            {
                yield return $"{what} {path}: is not used any more";
            }
            else if (before != after)
            {
                yield return $"{what} {path}: its content has changed";
            }
        }
    }

    private static bool IsOfTheModel(string file) => Path.GetExtension(file) is ".json" or ".safetensors" or ".txt" or ".model";

    private static long HeaderBytes(FileStream stream, long most)
    {
        Span<byte> length = stackalloc byte[8];
        long header = stream.Read(length) == 8 ? BitConverter.ToInt64(length) : 0;
        stream.Position = 0;
        return header is >= 0 and < long.MaxValue - 8 ? Math.Min(most, header + 8) : most;
    }

    private static void Append(IncrementalHash hash, string text) => hash.AppendData(Encoding.UTF8.GetBytes(text));

    private static string Hex(IncrementalHash hash) => Convert.ToHexStringLower(hash.GetHashAndReset());
}
