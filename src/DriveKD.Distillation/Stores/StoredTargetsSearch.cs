using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Stores;

/// <summary>Which of a run's targets lie in its <c>cache.folder</c> already. Nothing is written.</summary>
public static class StoredTargetsSearch
{
    /// <summary>Looks.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="samples">Its samples.</param>
    /// <param name="progress">Told while teachers and pictures are hashed.</param>
    /// <param name="cancellation">Checked between samples.</param>
    /// <returns>Capabilities whose targets of all samples are there; none where the recipe names no folder, or nothing is in it.</returns>
    /// <exception cref="InputException">The folder, a model or a picture cannot be read, or they do not fit each other.</exception>
    public static IReadOnlyCollection<Capability> Find(
        ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        if (recipe.Recipe.Cache.Folder is not string folder || !Directory.Exists(folder) || !Directory.EnumerateFileSystemEntries(folder).Any())
        {
            return [];
        }

        Preflight preflight = Preflight.Check(recipe, samples, [], availableBytes: null, progress, cancellation);
        using TargetStore? targets = preflight.Stores?.Targets;
        return preflight.Stores?.Complete ?? [];
    }
}
