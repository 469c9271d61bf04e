using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Text;
using DriveKD.Runs.Folders;
using DriveKD.World;

namespace DriveKD.Pretraining.Assets;

/// <summary>
/// What made the models that are shipped with the driving world, and how good they were: <c>manifest.json</c> beside their folders. Nothing
/// of it stands in a model's own folder.
/// </summary>
public sealed record WorldManifest
{
    /// <summary>The file's name.</summary>
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
        RespectNullableAnnotations = true,
    };

    /// <summary>The world that the models were trained in: <see cref="WorldVersion.Current"/> at that time.</summary>
    public required int WorldVersion { get; init; }

    /// <summary>The commit of the program that made them.</summary>
    public required string Commit { get; init; }

    /// <summary>The fingerprint of their tokenizer (<see cref="BpeTokenizer.Fingerprint"/>).</summary>
    public required string Tokenizer { get; init; }

    /// <summary>Scenes, training steps and questions as a multiple of the full build's: below 1 the models are a first look and no more.</summary>
    public double Scale { get; init; } = 1;

    /// <summary>Every training that led to the models, by its step's name, with the SHA-256 of its recipe in full as in <see cref="WorldModel.RecipeHash"/>.</summary>
    public IReadOnlyDictionary<string, string> Trainings { get; init; } = new Dictionary<string, string>();

    /// <summary>The models, by the names of their folders.</summary>
    public required IReadOnlyDictionary<string, WorldModel> Models { get; init; }

    /// <summary>Reads a manifest and checks that its models belong to this program's world.</summary>
    /// <param name="folder">The folder of the assets.</param>
    /// <exception cref="InputException">The file is missing or damaged, a model's folder is missing or has another tokenizer, or they are of another world.</exception>
    public static WorldManifest Read(string folder)
    {
        string file = Path.Combine(folder, FileName);
        WorldManifest manifest = Parse(file);
        if (manifest.WorldVersion != World.WorldVersion.Current)
        {
            string found = string.Create(
                CultureInfo.InvariantCulture, $"holds models of world {manifest.WorldVersion}, this program's world is {World.WorldVersion.Current}: ");
            throw new InputException(
                file,
                found + $"scenes, pictures or questions differ. Make the models anew with this program, or use the program of commit {manifest.Commit}.");
        }

        ProblemList problems = new();
        foreach (string name in manifest.Models.Keys)
        {
            string model = Path.Combine(folder, name);
            if (!Directory.Exists(model))
            {
                problems.Add(file, $"names the model {name}, but {model} is no folder. Restore it, or make the models anew.");
            }
            else if (BpeTokenizer.Load(model).Fingerprint is string found && found != manifest.Tokenizer)
            {
                string expected = manifest.Tokenizer[..Math.Min(12, manifest.Tokenizer.Length)];
                problems.Add(model, $"has the tokenizer {found[..12]}, {FileName} says {expected}. Restore the folder, or make the models anew.");
            }
        }

        problems.ThrowIfAny();
        return manifest;
    }

    /// <summary>Writes the manifest, whole or not at all.</summary>
    /// <param name="folder">The folder of the assets.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public void Write(string folder) => AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this, _options) + "\n");

    private static WorldManifest Parse(string file)
    {
        try
        {
            return JsonSerializer.Deserialize<WorldManifest>(File.ReadAllBytes(file), _options) ?? throw new InputException(file, "holds null, expected a manifest.");
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
}
