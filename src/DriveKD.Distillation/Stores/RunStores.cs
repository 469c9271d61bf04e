using System.Globalization;
using DriveKD.Data.Samples;
using DriveKD.Data.Text.Training;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;

namespace DriveKD.Distillation.Stores;

/// <summary>What one run keeps on disk: picture features and targets, in the recipe's <c>cache.folder</c>.</summary>
internal sealed class RunStores
{
    private readonly TensorStore _store;

    private RunStores(TensorStore store, FeatureStore features, TargetStore targets) => (_store, Features, Targets) = (store, features, targets);

    /// <summary>What towers make of pictures.</summary>
    public FeatureStore Features { get; }

    /// <summary>What teachers give; whoever runs the teachers disposes it.</summary>
    public TargetStore Targets { get; }

    /// <summary>Capabilities whose targets of all samples are there: their teachers need not be read.</summary>
    public IReadOnlyCollection<Capability> Complete { get; private set; } = [];

    /// <summary>What came of the folder so far.</summary>
    public StoreCounts Counts => _store.Counts;

    /// <summary>Opens a run's folder and looks which targets are there.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="teachers">Each teacher's model folder.</param>
    /// <param name="describePictures">What a teacher, by its folder, makes of pictures where its weights and files do not say it; else empty.</param>
    /// <param name="plan">Signals and routing.</param>
    /// <param name="splitting">How text is spread around pictures.</param>
    /// <param name="device">The kind of device that teachers compute on.</param>
    /// <param name="samples">The run's samples.</param>
    /// <param name="progress">Told while teachers and pictures are hashed.</param>
    /// <param name="cancellation">Checked between samples.</param>
    /// <returns>Null where the recipe names no folder.</returns>
    /// <exception cref="Data.Errors.InputException">
    /// The folder cannot be used and is not to be bypassed, or a teacher or a picture cannot be read.
    /// </exception>
    public static RunStores? Open(
        DistillRecipe recipe,
        IReadOnlyDictionary<Capability, string> teachers,
        Func<string, string> describePictures,
        StepPlan plan,
        PlaceholderSplitting splitting,
        DeviceType device,
        IReadOnlyList<Sample> samples,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation)
    {
        if (recipe.Cache.Folder is not string folder)
        {
            return null;
        }

        TensorStore store = new(folder, recipe.Cache.FolderBytes(), recipe.Cache.OnError);
        PictureHashes pictures = new();
        RunStores stores = new(store, new FeatureStore(store, pictures), new TargetStore(store, recipe.Cache.Stored, pictures, splitting));
        ContentHashes files = new();
        string dtype = recipe.Precision == Precision.Float32 ? "float32" : "bfloat16";
        foreach ((Capability role, string teacher) in teachers)
        {
            progress?.Report(new DataProgress($"Hashing {Path.GetFileName(teacher)}", 0, 1));
            stores.Targets.Add(plan.Signals[role], string.Create(CultureInfo.InvariantCulture, $"{files.OfModel(teacher)} {dtype} {device}{describePictures(teacher)}"));
        }

        HashSet<Capability> incomplete = [];
        for (int i = 0; i < samples.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new DataProgress("Looking for targets on disk", i, samples.Count));
            Sample sample = samples[i];
            incomplete.UnionWith(plan.SignalShares(sample.Capability, sample.Images.Count > 0).Keys
                .Where(role => !incomplete.Contains(role) && !stores.Targets.Has(sample, role)).ToArray());
        }

        stores.Complete = [.. teachers.Keys.Where(role => !incomplete.Contains(role))];
        return stores;
    }
}
