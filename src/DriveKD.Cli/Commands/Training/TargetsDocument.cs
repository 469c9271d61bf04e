using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DriveKD.Distillation.Stores;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Training;

/// <summary>What <c>drivekd targets</c> did as one JSON document; <c>docs/DISTILL.md</c> describes it.</summary>
internal static class TargetsDocument
{
    private static readonly JsonSerializerOptions _layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        WriteIndented = true,
        // Names of folders stay readable; the document goes to a console or a file, never into a page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes it.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="samples">Samples of the run.</param>
    /// <param name="result">What was made.</param>
    /// <param name="checkSeconds">What reading, hashing and counting took before.</param>
    /// <param name="seconds">What making the targets took.</param>
    /// <param name="notices">What a user should know.</param>
    public static string Write(
        ResolvedRecipe<DistillRecipe> recipe, int samples, StoredTargets result, double checkSeconds, double seconds, IReadOnlyList<string> notices)
    {
        CacheSettings cache = recipe.Recipe.Cache;
        return JsonSerializer.Serialize(
            new
            {
                recipe = recipe.File,
                cache.Folder,
                samples,
                result.Made,
                result.There,
                result.Numbers,
                // Of a target's largest number; as they are, numbers have no error.
                result.LargestError,
                bytes = new { folder = result.Store.Bytes, written = result.Store.WrittenBytes },
                entries = new { result.Store.Read, result.Store.Written, result.Store.Damaged, result.Store.Dropped },
                seconds = new { check = checkSeconds, make = seconds },
                teachers = result.Teachers,
                budget = new
                {
                    folderBytes = cache.FolderBytes(),
                    streamMemoryBytes = cache.StreamMemoryBytes(),
                    streamScratchBytes = cache.StreamScratchBytes(),
                    result.AvailableBytes,
                },
                notices,
            },
            _layout);
    }
}
