using System.Diagnostics;
using System.Globalization;
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
using DriveKD.Models.Streaming;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>
/// Makes the targets that a run will read, ahead of it: one teacher after the other, in memory where it fits, else layer by layer. The
/// student is not loaded.
/// </summary>
public sealed class TargetSession : IDisposable
{
    // Work is counted in millions of multiplications.
    private const double WorkUnit = 1e6;

    private readonly ResolvedRecipe<DistillRecipe> _recipe;
    private readonly Preflight _preflight;
    private readonly IReadOnlyList<TeacherPlan> _plans;
    private readonly Placement _placement;
    private readonly long? _availableBytes;

    private TargetSession(
        ResolvedRecipe<DistillRecipe> recipe, Preflight preflight, IReadOnlyList<TeacherPlan> plans, Placement placement, long? availableBytes) =>
        (_recipe, _preflight, _plans, _placement, _availableBytes) = (recipe, preflight, plans, placement, availableBytes);

    /// <summary>What a user should know before it begins: which teachers are read layer by layer, and why.</summary>
    public IReadOnlyList<string> Notices => [.. _plans.Select(plan => plan.Notice).OfType<string>()];

    internal IReadOnlyList<TeacherPlan> Plans => _plans;

    internal RunShape Shape => _preflight.Shape!;

    /// <summary>Checks the run as a whole and looks which targets are missing; no weights are read.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="samples">Samples with answers.</param>
    /// <param name="progress">Told while files are hashed and samples are counted.</param>
    /// <param name="cancellation">Stops between samples.</param>
    /// <exception cref="InputException">
    /// The recipe names no folder or no teacher; models, samples and recipe do not fit; or a teacher does not fit into memory as it is to be run.
    /// </exception>
    public static TargetSession Open(
        ResolvedRecipe<DistillRecipe> recipe,
        IReadOnlyList<Sample> samples,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default) =>
        Open(recipe, samples, MemoryCheck.AvailableOn(Devices.Parse(recipe.Recipe.Device, recipe.Where("device"))), progress, cancellation);

    /// <summary>Writes every missing target to <c>cache.folder</c>. May be interrupted and started again, in several processes at once too.</summary>
    /// <param name="progress">Told of the work done.</param>
    /// <param name="cancellation">Checked before every sample; what is written by then stays.</param>
    /// <returns>What was done.</returns>
    /// <exception cref="InputException">A picture or a teacher cannot be read, or the folder cannot be written.</exception>
    public StoredTargets Store(IProgress<DataProgress>? progress = null, CancellationToken cancellation = default)
    {
        if (_plans.Any(plan => plan.IsScarce))
        {
            LibTorch.ReturnFreedMemory();
        }

        ComputeThreads.FitTo(_preflight.Teachers.Values.Append(_preflight.Student).Select(model => model.Config));
        WorkReport report = new(progress, _plans.Sum(WorkOf));
        RunStores stores = _preflight.Stores!;
        Dictionary<TeacherPlan, double> seconds = new(ReferenceEqualityComparer.Instance);
        foreach (TeacherPlan plan in _plans.Where(plan => plan.Groups is not null))
        {
            long begin = Stopwatch.GetTimestamp();
            Stream(plan, stores, report, cancellation);
            seconds.Add(plan, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        long? features = _recipe.Recipe.Cache.FeatureBytes() is long most
            ? (long)Math.Min(most, _plans.Where(plan => plan.Groups is null).Select(plan => plan.LeftBytes).DefaultIfEmpty(0).Min())
            : null;
        TeacherPlan[] loaded = [.. _plans.Where(plan => plan is { Groups: null, Pending.Count: > 0 })];
        Teacher[] teachers = [.. loaded.Select(plan => new Teacher(() => Load(plan, progress, cancellation), plan.Signals))];
        using TeacherBank bank = new(teachers)
        {
            Features = new PictureFeatures(
                features, _preflight.Batch > 1 ? new PictureGroups(_preflight.Samples, _preflight.Batch) : null, stores.Features),
            Stored = stores.Targets,
        };
        foreach ((TeacherPlan plan, Teacher teacher) in loaded.Zip(teachers))
        {
            long begin = Stopwatch.GetTimestamp();
            foreach (PendingSample pending in plan.Pending)
            {
                cancellation.ThrowIfCancellationRequested();
                bank.Store(_preflight.Encoder.Encode(pending.Sample), pending.Roles, _placement.Device);
                report.Add(Path.GetFileName(plan.Folder), WorkOf(plan, [pending]));
            }

            teacher.Release();
            seconds.Add(plan, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }

        StoredTeacher[] made = [.. _plans.Select(plan => Describe(plan, seconds.GetValueOrDefault(plan)))];
        return new StoredTargets(
            made.Sum(teacher => teacher.Made), made.Sum(teacher => teacher.There), stores.Counts, _recipe.Recipe.Cache.Stored, stores.Targets.LargestError)
        {
            Teachers = made,
            AvailableBytes = _availableBytes,
        };
    }

    /// <inheritdoc />
    public void Dispose() => _preflight.Stores?.Targets.Dispose();

    /// <summary>As the public one, on a machine with some memory.</summary>
    internal static TargetSession Open(
        ResolvedRecipe<DistillRecipe> recipe,
        IReadOnlyList<Sample> samples,
        long? availableBytes,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation)
    {
        DistillRecipe settings = recipe.Recipe;
        if (settings.Cache.Folder is null)
        {
            throw new InputException(recipe.Where("cache.folder"), "is not set: name a folder that keeps targets, such as cache.folder=runs/targets.");
        }

        if (!Enum.GetValues<Capability>().Any(settings.UsesTeacher))
        {
            throw new InputException(recipe.Where("distillation.weights"), "give no teacher weight: there are no targets to make.");
        }

        // Nothing else comes of it: without the folder it would be for nothing.
        recipe = recipe.As(content => content with { Cache = content.Cache with { OnError = OnCacheError.Stop } }, key => key);
        Placement placement = new(
            Devices.Parse(settings.Device, recipe.Where("device")), settings.Precision == Precision.Float32 ? ScalarType.Float32 : ScalarType.BFloat16);
        // The memory of the training is that of the run itself: here there is no student.
        Preflight preflight = Preflight.Check(recipe, samples, [], availableBytes: null, progress, cancellation);
        List<Problem> problems = [];
        List<TeacherPlan> plans = [];
        foreach (IGrouping<string, OpenedModel> group in preflight.Teachers.Values.GroupBy(model => model.Folder))
        {
            Dictionary<Capability, ISignal> signals = preflight.Teachers.Where(entry => entry.Value.Folder == group.Key)
                .ToDictionary(entry => entry.Key, entry => preflight.Plan.Signals[entry.Key]);
            (IReadOnlyList<PendingSample> pending, int found) = Missing(preflight, group.First().Config, signals);
            TeacherPlan plan = new() { Folder = group.Key, Config = group.First().Config, Signals = signals, Pending = pending, There = found };
            plans.Add(plan.Decide(preflight.Shape!, availableBytes, recipe.Where, problems));
        }

        return problems.Count == 0 ? new TargetSession(recipe, preflight, plans, placement, availableBytes) : throw new InputException(problems);
    }

    private static StoredTeacher Describe(TeacherPlan plan, double seconds) => new()
    {
        Folder = plan.Folder,
        Capabilities = [.. plan.Signals.Keys.Order()],
        Samples = plan.Pending.Count,
        Made = plan.Pending.Sum(pending => pending.Roles.Count),
        There = plan.There,
        IsStreamed = plan.Groups is not null,
        Groups = plan.Groups?.Count ?? 0,
        NeededBytes = plan.NeededBytes,
        WaitingBytes = plan.WaitingBytes,
        Seconds = seconds,
    };

    /// <summary>The samples whose targets a teacher has to make, and how many targets are there already.</summary>
    private static (IReadOnlyList<PendingSample> Pending, int There) Missing(
        Preflight preflight, ModelConfig config, IReadOnlyDictionary<Capability, ISignal> signals)
    {
        List<PendingSample> pending = [];
        int there = 0;
        TargetStore store = preflight.Stores!.Targets;
        StreamedSizes sizes = StreamedSizes.Of(config);
        double numberBytes = TargetMemory.NumberBytes(preflight.Shape!);
        foreach (Sample sample in preflight.Samples)
        {
            Capability[] wanted = [.. preflight.Plan.SignalShares(sample.Capability, sample.Images.Count > 0).Keys.Where(signals.ContainsKey)];
            Capability[] missing = [.. wanted.Where(role => !store.Has(sample, role))];
            there += wanted.Length - missing.Length;
            if (missing.Length > 0)
            {
                // Pictures without a place in the sequence are none.
                EncodedSample encoded = preflight.Encoder.EncodeTokens(sample);
                Capability[] roles = [.. missing.Where(preflight.Plan.SignalShares(sample.Capability, encoded.HasPictures).ContainsKey)];
                SignalTaps[] taps = [.. roles.Select(role => signals[role].TeacherTaps)];
                int tokens = encoded.TokenIds.Count;
                if (roles.Length > 0)
                {
                    pending.Add(new PendingSample(
                        sample,
                        roles,
                        TargetMemory.Waiting(config, taps, tokens, sample.Images.Count, encoded.Layouts.Select(layout => layout.Tokens).DefaultIfEmpty(0).Max(), numberBytes),
                        sizes.Layer * tokens * SignalTaps.Request(taps, endsEarly: true).DepthOf(config.Language.Layers)));
                }
            }
        }

        return (pending, there);
    }

    private double WorkOf(TeacherPlan plan) =>
        (plan.Groups ?? plan.Pending.Select(pending => (IReadOnlyList<PendingSample>)[pending])).Sum(group => WorkOf(plan, group));

    private double WorkOf(TeacherPlan plan, IReadOnlyList<PendingSample> group)
    {
        StreamedSizes sizes = StreamedSizes.Of(plan.Config);
        return group.Sum(pending => pending.Work)
            + group.SelectMany(pending => pending.Sample.Images).DistinctBy(image => image.Key).Sum(image => sizes.PictureWork(_preflight.Encoder.LayoutOf(image).Tokens));
    }

    private void Stream(TeacherPlan plan, RunStores stores, WorkReport report, CancellationToken cancellation)
    {
        CacheSettings cache = _recipe.Recipe.Cache;
        using StreamedModel model = StreamedModel.Open(plan.Folder, plan.Config, _placement);
        using WaitingTensors waiting = new(plan.WaitingBytes, cache.StreamScratch > 0 ? cache.Folder : null);
        StreamedTeacher teacher = new(
            model, plan.Signals, _preflight.Encoder, stores.Targets, cache.FeatureBytes() is null ? null : stores.Features, waiting);
        for (int i = 0; i < plan.Groups!.Count; i++)
        {
            string stage = string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(plan.Folder)}, group {i + 1} of {plan.Groups.Count}");
            teacher.Store(plan.Groups[i], (part, work) => report.Add($"{stage}, {part}", work), cancellation);
        }
    }

    private VisionLanguageModel Load(TeacherPlan plan, IProgress<DataProgress>? progress, CancellationToken cancellation)
    {
        int? layers = SignalTaps.DepthOf([.. plan.Signals.Values.Select(signal => signal.TeacherTaps)]);
        LoadingProgress? loading = progress is null ? null : new LoadingProgress(plan.Folder, progress);
        return ModelLoader.Load(plan.Folder, plan.Config, _placement, loading, layers, cancellation);
    }

    private sealed class WorkReport(IProgress<DataProgress>? target, double total)
    {
        private double _done;

        public void Add(string what, double work)
        {
            _done += work;
            target?.Report(new DataProgress($"Targets of {what}", (long)(_done / WorkUnit), (long)(total / WorkUnit)));
        }
    }
}
