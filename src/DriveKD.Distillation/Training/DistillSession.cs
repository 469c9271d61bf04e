using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Memory;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Stores;
using DriveKD.Distillation.Teachers;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>An opened run: student and teachers in memory, samples checked. Owns the models.</summary>
public sealed class DistillSession : IDisposable
{
    private readonly ResolvedRecipe<DistillRecipe> _recipe;
    private readonly Preflight _preflight;
    private readonly IReadOnlyList<Sample> _validation;

    private DistillSession(
        ResolvedRecipe<DistillRecipe> recipe,
        IReadOnlyList<Sample> samples,
        IReadOnlyList<Sample> validation,
        Preflight preflight,
        VisionLanguageModel student,
        TeacherBank teachers) =>
        (_recipe, Samples, _validation, _preflight, Student, Teachers) = (recipe, samples, validation, preflight, student, teachers);

    /// <summary>What was asked for.</summary>
    public DistillRecipe Recipe => _recipe.Recipe;

    /// <summary>The samples in the records' order.</summary>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>The device that computes.</summary>
    public Device Device => Student.Placement.Device;

    internal VisionLanguageModel Student { get; }

    internal TeacherBank Teachers { get; }

    internal StepPlan Plan => _preflight.Plan;

    internal string StudentFolder => _preflight.Student.Folder;

    internal MemoryNeed Memory => _preflight.Memory!;

    /// <summary>
    /// Whether the run is estimated to fit only where freed memory goes back to the system at once. The process was then told to do so, and
    /// steps take longer.
    /// </summary>
    public bool IsMemoryScarce => _preflight.IsMemoryScarce;

    /// <summary>What came of the folder that keeps features and targets; null where there is none.</summary>
    public StoreCounts? Stored => _preflight.Stores?.Counts;

    /// <summary>What a user should know before the run begins, in a sentence each.</summary>
    public IReadOnlyList<string> Notices => _preflight.Notices;

    /// <summary>Why <c>cache.folder</c> is bypassed, in a sentence; null while it is not.</summary>
    internal string? CacheNotice => Stored?.Bypassed is string reason
        ? $"cache.folder: {Recipe.Cache.Folder} {reason}. The run goes on without keeping anything more there (cache.on_error: bypass)."
        : null;

    /// <summary>The folders of teachers that were not read, because the targets of all samples lay on disk.</summary>
    public IReadOnlyList<string> UnreadTeachers =>
        [.. _preflight.Teachers.GroupBy(entry => entry.Value.Folder).Where(group => group.All(entry => _preflight.IsStored(entry.Key))).Select(group => group.Key)];

    internal SampleEncoder Encoder => _preflight.Encoder;

    /// <summary>Samples that go through the student at once.</summary>
    internal int Batch => _preflight.Batch;

    /// <summary>Tokens of each sample.</summary>
    internal IReadOnlyDictionary<Sample, int> Lengths => _preflight.Lengths;

    /// <summary>The folders of the models in use, each once.</summary>
    public IReadOnlyList<string> ModelFolders => [.. _preflight.Teachers.Values.Append(_preflight.Student).Select(model => model.Folder).Distinct()];

    /// <summary>Checks the run as a whole, then reads the weights.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="samples">Samples with answers.</param>
    /// <param name="validation">All validation samples; empty for none. Those that are looked at are drawn here.</param>
    /// <param name="progress">Told while samples are counted and weights are read.</param>
    /// <param name="cancellation">Stops between samples and tensors.</param>
    /// <exception cref="InputException">Models, samples and recipe do not fit; all problems that show before weights are read come at once.</exception>
    public static DistillSession Open(
        ResolvedRecipe<DistillRecipe> recipe,
        IReadOnlyList<Sample> samples,
        IReadOnlyList<Sample> validation,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        if (recipe.Recipe.Precision == Precision.Auto)
        {
            throw new InputException(recipe.Where("precision"), "is auto; whoever opens a run settles it first: float32 or bfloat16.");
        }

        Device device = Devices.Parse(recipe.Recipe.Device, recipe.Where("device"));
        IReadOnlyList<Sample> drawn = ValidationSelection.Draw(validation, recipe.Recipe.Validation.Samples, new SeedStreams(recipe.Recipe.Seed));
        Preflight preflight = Preflight.Check(recipe, samples, drawn, MemoryCheck.AvailableOn(device), progress, cancellation);
        if (preflight.IsMemoryScarce)
        {
            LibTorch.ReturnFreedMemory();
        }

        ComputeThreads.FitTo(preflight.Teachers.Values.Append(preflight.Student).Select(model => model.Config));
        Placement placement = new(device, recipe.Recipe.Precision == Precision.Float32 ? ScalarType.Float32 : ScalarType.BFloat16);

        VisionLanguageModel LoadModel(OpenedModel model, int? layers) =>
            ModelLoader.Load(model.Folder, model.Config, placement, progress is null ? null : new LoadingProgress(model.Folder, progress), layers, cancellation);

        VisionLanguageModel student = LoadModel(preflight.Student, layers: null);
        List<Teacher> teachers = [];
        try
        {
            foreach (IGrouping<string, KeyValuePair<Capability, OpenedModel>> group in preflight.Teachers.GroupBy(entry => entry.Value.Folder))
            {
                // The student's own folder may teach too: a frozen copy of it.
                Dictionary<Capability, ISignal> signals = group.ToDictionary(entry => entry.Key, entry => preflight.Plan.Signals[entry.Key]);
                int? layers = SignalTaps.DepthOf([.. signals.Values.Select(signal => signal.TeacherTaps)]);
                teachers.Add(signals.Keys.All(preflight.IsStored)
                    ? new Teacher(() => LoadModel(group.First().Value, layers), signals)
                    : new Teacher(LoadModel(group.First().Value, layers), signals));
            }
        }
        catch
        {
            student.Dispose();
            teachers.ForEach(teacher => teacher.Dispose());
            throw;
        }

        TeacherBank bank = new(teachers)
        {
            // Where samples run alone a picture does too: what is kept then changes no bit.
            Features = new PictureFeatures(preflight.Kept.Features, preflight.Batch > 1 ? new PictureGroups(samples, preflight.Batch) : null, preflight.Stores?.Features),
            Kept = preflight.Kept.Targets is long most ? new KeptTargets(most) : null,
            Stored = preflight.Stores?.Targets,
        };
        return new DistillSession(recipe, samples, drawn, preflight, student, bank);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Student.Dispose();
        Teachers.Dispose();
    }

    /// <summary>The place of a key of the recipe, for messages.</summary>
    internal string Where(string key) => _recipe.Where(key);

    /// <summary>What validates the student; null without validation samples.</summary>
    internal Validator? CreateValidator() =>
        _validation.Count == 0 ? null : new Validator(Student, _preflight.CreateEncoder(), _preflight.Student.Tokenizer, _validation, Teachers.Features, Recipe.Validation);
}
