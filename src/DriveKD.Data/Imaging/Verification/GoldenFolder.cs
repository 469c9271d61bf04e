using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>A folder of the form golden/images: its tables, and the pictures that they name.</summary>
internal sealed class GoldenFolder
{
    private static readonly JsonSerializerOptions _jsonOptions = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        RespectNullableAnnotations = true,
    };

    private readonly string? _photographs;
    private (string Path, RgbImage Image)? _lastDecoded;

    /// <summary>Opens a folder.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="photographs">Where the photographs lie that are not in the folder itself (golden/images/README.md: data/drivelm-demo/samples).</param>
    public GoldenFolder(string path, string? photographs)
    {
        Path = System.IO.Path.GetFullPath(path);
        _photographs = photographs is null ? FindPhotographs(Path) : System.IO.Path.GetFullPath(photographs);
    }

    /// <summary>The folder.</summary>
    public string Path { get; }

    /// <summary>Where the photographs lie that are not in the folder itself; null where none were found.</summary>
    public string? Photographs => _photographs;

    /// <summary>A file of the folder, whether it exists or not.</summary>
    public string File(string relative) => System.IO.Path.Combine(Path, relative);

    /// <summary>Reads a table.</summary>
    /// <typeparam name="T">The table's form.</typeparam>
    /// <param name="name">The file's name.</param>
    /// <param name="table">The table; null where the folder has none of that name.</param>
    /// <exception cref="InputException">It cannot be read or is not of that form.</exception>
    public bool TryRead<T>(string name, [NotNullWhen(true)] out T? table)
        where T : class
    {
        string path = File(name);
        table = null;
        if (!System.IO.File.Exists(path))
        {
            return false;
        }

        try
        {
            using FileStream stream = System.IO.File.OpenRead(path);
            using JsonDocument document = JsonDocument.Parse(stream);
            RefuseNullItems(document.RootElement);
            table = document.Deserialize<T>(_jsonOptions) ?? throw new JsonException("null; expected a table of golden values.");
            return true;
        }
        catch (JsonException exception)
        {
            throw new InputException(path, $"not a table of the expected form: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(path, $"could not be read: {exception.Message}", exception);
        }
    }

    /// <summary>Where a picture lies: in the folder, in its inputs, or among the photographs.</summary>
    /// <exception cref="InputException">Nowhere.</exception>
    public string FindPicture(string name)
    {
        List<string> places = [File(name), File(System.IO.Path.Combine("inputs", name))];
        if (_photographs is not null)
        {
            places.Add(System.IO.Path.Combine(_photographs, name));
            places.Add(System.IO.Path.Combine(_photographs, "..", name));
        }

        return places.Find(System.IO.File.Exists)
            ?? throw new InputException(
                name,
                _photographs is null
                    ? "the picture is missing: neither in the folder nor in its inputs, and no data/drivelm-demo/samples was found above the folder."
                    : $"the picture is missing: neither in the folder, nor in its inputs, nor under {_photographs}.");
    }

    /// <summary>Decodes a picture; the last one is kept, as neighbouring cases share theirs.</summary>
    /// <exception cref="InputException">It is missing or broken.</exception>
    public RgbImage Decode(string name)
    {
        string path = FindPicture(name);
        if (_lastDecoded?.Path != path)
        {
            _lastDecoded = (path, ImageDecoder.Decode(path));
        }

        return _lastDecoded.Value.Image;
    }

    // Nullability of a list's items is not checked by the serializer.
    private static void RefuseNullItems(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (JsonElement item in element.EnumerateArray())
            {
                if (item.ValueKind == JsonValueKind.Null)
                {
                    throw new JsonException("a list holds null.");
                }

                RefuseNullItems(item);
            }
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (JsonProperty property in element.EnumerateObject())
            {
                RefuseNullItems(property.Value);
            }
        }
    }

    private static string? FindPhotographs(string folder)
    {
        for (DirectoryInfo? above = new(folder); above is not null; above = above.Parent)
        {
            string candidate = System.IO.Path.Combine(above.FullName, "data", "drivelm-demo", "samples");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
