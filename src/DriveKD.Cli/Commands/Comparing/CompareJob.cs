using System.Text.Json;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Comparing;

/// <summary>What a worker is told: the content of <c>job.json</c> in its work folder; the run's resolved recipe stands beside it.</summary>
internal sealed record CompareJob
{
    /// <summary>The run's resolved recipe.</summary>
    public const string RecipeName = "recipe.yaml";

    private const string FileName = "job.json";

    /// <summary>Whether the recipe is of <c>finetune</c> or of <c>distill</c>.</summary>
    public required bool IsFinetune { get; init; }

    /// <summary>The fingerprint of everything that decides the result.</summary>
    public required string Key { get; init; }

    /// <summary>The program, as results name it.</summary>
    public required string Program { get; init; }

    /// <summary>The tuning setting in force.</summary>
    public string? Setting { get; init; }

    /// <summary>Training samples of each capability; null for all.</summary>
    public int? Size { get; init; }

    /// <summary>The records of the questions.</summary>
    public required string[] Records { get; init; }

    /// <summary>Their pictures' folder.</summary>
    public required string Images { get; init; }

    /// <summary>What to do with a faulty record.</summary>
    public required OnError OnError { get; init; }

    /// <summary>The most questions of each capability; 0 for all.</summary>
    public required int PerCapability { get; init; }

    /// <summary>Draws the questions.</summary>
    public required long QuestionSeed { get; init; }

    /// <summary>The most tokens of an answer.</summary>
    public required int MaxNewTokens { get; init; }

    /// <summary>Questions that are answered at a time.</summary>
    public required int BatchSize { get; init; }

    /// <summary>A model folder that is asked as it is, without a training; null where the recipe's student is trained first.</summary>
    public string? Model { get; init; }

    /// <summary>The only capability whose questions are asked; null for all.</summary>
    public Capability? Only { get; init; }

    /// <summary>The questions as a recipe has them.</summary>
    public CompareDataSettings Questions() => new() { Records = [.. Records], Images = Images, OnError = OnError, PerCapability = PerCapability };

    /// <summary>Reads the run's recipe.</summary>
    /// <param name="folder">The work folder.</param>
    public ResolvedRecipe<DistillRecipe> ReadRecipe(string folder) =>
        RunRecipes.Read(Path.Combine(folder, RecipeName), IsFinetune, [], source: null);

    /// <summary>Reads a job.</summary>
    /// <param name="folder">The work folder.</param>
    /// <exception cref="InputException">There is none.</exception>
    public static CompareJob Read(string folder)
    {
        string file = Path.Combine(folder, FileName);
        try
        {
            return JsonSerializer.Deserialize<CompareJob>(File.ReadAllBytes(file)) ?? throw new InputException(file, "holds null, expected a job");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new InputException(file, $"is no job of a comparison: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the job.</summary>
    /// <param name="folder">The work folder.</param>
    /// <param name="recipe">The run's resolved recipe.</param>
    public void Write(string folder, string recipe)
    {
        AtomicFile.WriteText(Path.Combine(folder, RecipeName), recipe);
        AtomicFile.WriteText(Path.Combine(folder, FileName), JsonSerializer.Serialize(this));
    }
}
