using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Training;

/// <summary>The samples of a training, read and chosen as its recipe says.</summary>
/// <param name="Training">Those that are trained on.</param>
/// <param name="Validation">Those that validations draw from; empty for none.</param>
internal sealed record TrainingSamples(IReadOnlyList<Sample> Training, IReadOnlyList<Sample> Validation)
{
    /// <summary>Reads both sets; the problems of all files come together.</summary>
    /// <param name="terminal">Shows the progress, and what was left out.</param>
    /// <param name="recipe">The recipe.</param>
    /// <exception cref="InputException">Records are faulty, or no sample of a wanted capability is there.</exception>
    public static TrainingSamples Read(Terminal terminal, ResolvedRecipe<DistillRecipe> recipe)
    {
        DataSettings data = recipe.Recipe.Data;
        ValidationSettings validation = recipe.Recipe.Validation;
        if (validation.Records is not null && (validation.Images ?? data.Images) is null)
        {
            throw new InputException(
                recipe.Where("validation.records"), "the pictures of these records lie in no folder that the recipe names: write validation.images.");
        }

        List<Problem> problems = [];
        using ProgressLine progress = new(terminal);
        List<Sample> training = data.World is { } world
            ? [.. WorldSamples.Make(world, "data.world", progress, terminal.Interrupted)]
            : SampleFiles.Read(terminal, data.Records ?? [], new RecordReadOptions { ImageRoot = data.Images, OnError = data.OnError }, progress, problems);
        List<Sample> held = validation.World is { } heldWorld
            ? [.. WorldSamples.Make(heldWorld, "validation.world", progress, terminal.Interrupted)]
            : SampleFiles.Read(
                terminal, validation.Records ?? [], new RecordReadOptions { ImageRoot = validation.Images ?? data.Images, OnError = data.OnError }, progress, problems);
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        // Validation follows the choice of capabilities, but need not hold all of them.
        IReadOnlyList<Capability>? wanted = data.SelectedCapabilities();
        return new TrainingSamples(
            SampleFilter.Choose(training, wanted, recipe.Where), [.. held.Where(sample => wanted is null || wanted.Contains(sample.Capability))]);
    }
}
