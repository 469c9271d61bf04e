using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Data.Text.Training;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Memory;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Stores;
using DriveKD.Models.Families;
using DriveKD.Models.Generation;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Training;

/// <summary>
/// Everything that can be known to go wrong before weights are read: models that do not fit each other, signals that do not fit
/// the models, samples that do not fit their limits. All problems at once.
/// </summary>
internal sealed class Preflight
{
    private readonly PlaceholderSplitting _splitting;

    private Preflight(OpenedModel student, IReadOnlyDictionary<Capability, OpenedModel> teachers, StepPlan plan, PlaceholderSplitting splitting)
    {
        (Student, Teachers, Plan, _splitting) = (student, teachers, plan, splitting);
        Encoder = CreateEncoder();
    }

    public OpenedModel Student { get; }

    /// <summary>The teachers in use.</summary>
    public IReadOnlyDictionary<Capability, OpenedModel> Teachers { get; }

    public StepPlan Plan { get; }

    public SampleEncoder Encoder { get; }

    /// <summary>Tokens of each of the run's samples.</summary>
    public IReadOnlyDictionary<Sample, int> Lengths { get; private set; } = new Dictionary<Sample, int>();

    /// <summary>What the run is estimated to need.</summary>
    public MemoryNeed? Memory { get; private set; }

    /// <summary>The samples of the run.</summary>
    public IReadOnlyList<Sample> Samples { get; private set; } = [];

    /// <summary>All that the run's memory depends on.</summary>
    public RunShape? Shape { get; private set; }

    /// <summary>Samples that go through the student at once.</summary>
    public int Batch { get; private set; } = 1;

    /// <summary>Bytes for picture features and for teachers' targets that are kept; null where nothing of the kind is.</summary>
    public (long? Features, long? Targets) Kept { get; private set; }

    /// <summary>What a user should know before the run begins.</summary>
    public IReadOnlyList<string> Notices { get; private set; } = [];

    /// <summary>What is kept on disk; null where nothing is.</summary>
    public RunStores? Stores { get; private set; }

    /// <summary>Whether the run fits only where freed memory goes back to the system at once.</summary>
    public bool IsMemoryScarce { get; private set; }

    /// <summary>Whether a capability's targets of all samples are on disk, so that its teacher need not be read.</summary>
    public bool IsStored(Capability role) => Stores?.Complete.Contains(role) == true;

    /// <summary>An encoder with a picture store of its own, for another thread.</summary>
    public SampleEncoder CreateEncoder() =>
        new(Student.Tokenizer, [Student.Config.Pictures, .. Teachers.Values.Select(model => model.Config.Pictures)], _splitting);

    /// <summary>Checks a run.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="samples">Its samples.</param>
    /// <param name="validation">The samples of its validations.</param>
    /// <param name="availableBytes">The memory that the run may take; null where it is not known.</param>
    /// <param name="progress">Told while the samples' lengths are counted.</param>
    /// <param name="cancellation">Checked between samples.</param>
    /// <exception cref="InputException">The run cannot work.</exception>
    public static Preflight Check(
        ResolvedRecipe<DistillRecipe> recipe,
        IReadOnlyList<Sample> samples,
        IReadOnlyList<Sample> validation,
        long? availableBytes,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation)
    {
        DistillRecipe settings = recipe.Recipe;
        List<Problem> problems = [];
        Dictionary<string, OpenedModel?> opened = [];
        PixelLimits limits = settings.Data.PixelLimits();
        (string Min, string Max) limiting = (recipe.Where("data.min_pixels"), recipe.Where("data.max_pixels"));
        OpenedModel? student = Open(settings.Models.Student, recipe.Where("models.student"), limits, limiting, null, opened, problems);
        Dictionary<Capability, OpenedModel?> teachers = Enum.GetValues<Capability>().Where(settings.UsesTeacher).ToDictionary(
            role => role,
            role => Open(settings.Models.Teachers[role]!, recipe.Where($"models.teachers.{role.ToString().ToLowerInvariant()}"), limits, limiting, student, opened, problems));
        if (samples.Count == 0)
        {
            problems.Add(new Problem(recipe.Where("data.records"), "no sample is left to train on."));
        }
        else
        {
            CheckLength(recipe, samples.Count, problems);
        }

        if (student is null || teachers.Values.Any(teacher => teacher is null))
        {
            throw new InputException(problems);
        }

        foreach (OpenedModel teacher in teachers.Values.OfType<OpenedModel>().DistinctBy(teacher => teacher.Folder))
        {
            Compare(student, teacher, problems);
        }

        problems.AddRange(CheckTrained(settings.Train, student, recipe.Where));
        Dictionary<Capability, ISignal> signals = [];
        foreach ((Capability role, OpenedModel? teacher) in teachers)
        {
            TryCreate(settings.Distillation.Signals[role], role, student, teacher!, problems, signals);
        }

        problems.AddRange(CheckRefresh(settings.GradientsInForce(), signals.Values, recipe.Where));
        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        QuirkSettings quirks = settings.QuirksInForce();
        StepPlan plan = new()
        {
            Weights = settings.Distillation.Weights,
            Mixing = settings.Distillation.Mixing,
            Signals = signals,
            CountsAbsentPictures = quirks.CountsAbsentPictures,
        };
        Preflight preflight = new(
            student,
            teachers.ToDictionary(entry => entry.Key, entry => entry.Value!),
            plan,
            quirks.PathsInPrompt ? PlaceholderSplitting.AsReleased : PlaceholderSplitting.Corrected);
        SampleOrder.RequireWholeCurriculum(samples, settings.Train, recipe.Where);
        if (quirks.SkipsUndistilled)
        {
            RequireSteps(recipe, samples, plan);
        }

        preflight.Stores = RunStores.Open(
            settings,
            preflight.Teachers.ToDictionary(entry => entry.Key, entry => entry.Value.Folder),
            folder => preflight.Teachers.Values.First(teacher => teacher.Folder == folder).Config.Pictures is { FixedLayout: null } pictures ? $" {pictures.Describe()}" : "",
            plan,
            preflight._splitting,
            Devices.Parse(settings.Device, recipe.Where("device")).type,
            samples,
            progress,
            cancellation);
        OpenedModel[] models = [student, .. teachers.Values.OfType<OpenedModel>()];
        // By reference: a run's samples are the same objects in every epoch.
        Dictionary<Sample, int> lengths = new(ReferenceEqualityComparer.Instance);
        SampleExtent longest = CheckLengths(preflight.Encoder, samples, extraTokens: 0, models, problems, progress, cancellation, lengths);
        preflight.Lengths = lengths;
        CheckLengths(preflight.Encoder, validation, settings.Validation.Answers > 0 ? settings.Validation.MaxNewTokens : 0, [student], problems, progress, cancellation);
        RunShape shape = preflight.ShapeOf(settings, samples, longest);
        (preflight.Samples, preflight.Shape, preflight.Batch) = (samples, shape, shape.Batch);
        preflight.Memory = MemoryNeed.Of(shape);
        preflight.Kept = KeptBytes.Limits(shape, preflight.Memory, availableBytes);
        preflight.Notices = KeptBytes.Notice(shape, preflight.Memory, availableBytes) is string notice ? [notice] : [];
        problems.AddRange(KeptBytes.FindTooSmall(shape, recipe.Where));
        preflight.IsMemoryScarce = MemoryCheck.IsScarce(preflight.Memory, availableBytes);
        if (problems.Count == 0 && settings.Train.CheckMemory && MemoryCheck.Find(shape, availableBytes, recipe.Where) is Problem shortage)
        {
            problems.Add(shortage);
        }

        return problems.Count == 0 ? preflight : throw new InputException(problems);
    }

    /// <summary>A run that skips samples as the released code does may never come to a step.</summary>
    private static void RequireSteps(ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples, StepPlan plan)
    {
        // Epochs are equal without a shuffle, and with one a step that does not come in a hundred of them hardly comes at all.
        const int EpochsTried = 100;
        TrainSettings train = recipe.Recipe.Train;
        IEnumerable<SampleWindow> windows = SampleOrder.Windows(samples, train, new SeedStreams(recipe.Recipe.Seed))
            .TakeWhile(window => window.Epoch < Math.Min(EpochsTried, train.Epochs ?? EpochsTried));
        if (!ReleasedWindows.WithoutUndistilled(windows, plan.IsDistilled).Any())
        {
            throw new InputException(
                recipe.Where("distillation.weights"),
                "the released code skips samples whose signals have no weight, and takes no step where a window ends with one: here no step would be taken. "
                    + "Give signals weight, change train.accumulation or the order, or switch quirks.skips_undistilled off.");
        }
    }

    private RunShape ShapeOf(DistillRecipe recipe, IReadOnlyList<Sample> samples, SampleExtent longest) => new()
    {
        Recipe = recipe,
        Plan = Plan,
        Student = Student.Config,
        Teachers = [.. Teachers.GroupBy(teacher => teacher.Value.Folder).Select(group => (group.First().Value.Config, (IReadOnlyList<Capability>)[.. group.Select(teacher => teacher.Key)]))],
        Stored = Stores?.Complete ?? [],
        Capabilities = [.. samples.Select(sample => sample.Capability).Distinct()],
        Longest = longest,
    };

    /// <summary>What an epochs run comes to is known only now that the samples are counted.</summary>
    private static void CheckLength(ResolvedRecipe<DistillRecipe> recipe, int samples, List<Problem> problems)
    {
        TrainSettings train = recipe.Recipe.Train;
        long steps = RunLength.Steps(train, samples);
        if (steps > int.MaxValue)
        {
            problems.Add(new Problem(recipe.Where("train.epochs"), $"{train.Epochs} epochs of {samples} samples are {steps} optimizer steps; at most {int.MaxValue} are possible."));
        }

        if (train.WarmupSteps > 0 && train.WarmupSteps >= steps)
        {
            problems.Add(new Problem(
                recipe.Where("train.warmup_steps"),
                $"the warm-up of {train.WarmupSteps} steps is not shorter than the run of {steps}: the rate would never be reached."));
        }
    }

    /// <summary>Coefficients can be used again only where there is one for each task.</summary>
    private static IEnumerable<Problem> CheckRefresh(GradientSettings gradients, IEnumerable<ISignal> signals, Func<string, string> where)
    {
        if (gradients.Refresh == 1 || gradients.Method is GradientMethod.Sum or GradientMethod.SumPerCapability)
        {
            yield break;
        }

        if (gradients.Support == ProjectionSupport.Reached)
        {
            yield return new Problem(
                where("gradients.refresh"),
                $"is {gradients.Refresh}, but with gradients.support: reached each part of the parameters has coefficients of its own, which one backward pass cannot have. Use 1, or support: full.");
        }

        if (signals.FirstOrDefault(signal => signal.Maps.Count > 0) is ISignal mapped)
        {
            yield return new Problem(
                where("gradients.refresh"),
                $"is {gradients.Refresh}, but the {TrainingTasks.KeyOf(mapped.Task)} signal learns maps between hidden states of different widths, which take no part in the combination. Use 1, or a signal without maps.");
        }
    }

    /// <summary>
    /// Whether what is to be trained is there. A head of its own is allowed for: whether a config that ties it has one is known only when
    /// weights are read.
    /// </summary>
    private static IReadOnlyList<Problem> CheckTrained(TrainSettings train, OpenedModel student, Func<string, string> where)
    {
        IReadOnlyList<Problem> problems = [.. AdapterTargets.Check(student.Config, train.Lora).Select(problem => problem with { Where = where(problem.Where) })];
        IReadOnlyList<string> chosen;
        string[] names = [.. student.Config.Family.Expected(student.Config).Select(tensor => tensor.Name)];
        try
        {
            chosen = ParameterSelection.Choose(ParameterSelection.ItemsOf(train), names, train.Lora.Rank > 0, student.Config.Family.Names);
        }
        catch (InputException exception)
        {
            return [.. problems, .. exception.Problems.Select(problem => problem with { Where = where(problem.Where) })];
        }

        try
        {
            RateFactors.Of(train.RateFactors, [.. chosen, .. AdapterTargets.Names(student.Config.Family.Names, names, train.Lora)], where);
            return problems;
        }
        catch (InputException exception)
        {
            return [.. problems, .. exception.Problems];
        }
    }

    /// <summary>Reads config and tokenizer; a folder that serves several roles is read once, and its faults are told once.</summary>
    private static OpenedModel? Open(
        string folder,
        string where,
        PixelLimits limits,
        (string Min, string Max) limiting,
        OpenedModel? student,
        Dictionary<string, OpenedModel?> opened,
        List<Problem> problems)
    {
        string key = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        if (opened.TryGetValue(key, out OpenedModel? known))
        {
            return known;
        }

        OpenedModel? model = null;
        try
        {
            ModelConfig config = ModelConfigReader.Read(key);
            BpeTokenizer tokenizer = BpeTokenizer.Load(key);
            TokenizerFit.Require(key, config, tokenizer);
            model = new OpenedModel(where, key, config, tokenizer);
        }
        catch (InputException exception)
        {
            problems.AddRange(exception.Problems.Select(problem => new Problem($"{where}: {problem.Where}", problem.What)));
        }

        // A teacher of another family is refused as such: that the family has no such limits says less.
        if (model is not null && (student is null || student.Config.Family == model.Config.Family))
        {
            try
            {
                model = model with { Config = model.Config.WithPixelLimits(limits, limiting) };
            }
            catch (InputException exception)
            {
                // The same for every model: told once.
                problems.AddRange(exception.Problems.Except(problems));
                model = null;
            }
        }

        opened.Add(key, model);
        return model;
    }

    /// <summary>Attention maps can only be compared where both models see the same sequence.</summary>
    private static void Compare(OpenedModel student, OpenedModel teacher, List<Problem> problems)
    {
        if (teacher.Config.CannotShareSequences(student.Config) is string why)
        {
            bool areOfOneFamily = teacher.Config.Family == student.Config.Family;
            string advice = areOfOneFamily && student.Config.Pictures.FixedLayout is null ? " data.min_pixels=N and data.max_pixels=N give all models the same limits." : "";
            problems.Add(new Problem(teacher.Where, $"{teacher.Folder} {why}. The other is the student, {student.Folder}.{advice}"));
        }

        // Of another family the tokenizer is another too: that says nothing more.
        if (teacher.Config.Family == student.Config.Family && teacher.Tokenizer.Fingerprint != student.Tokenizer.Fingerprint)
        {
            string sizes = teacher.Tokenizer.VocabularySize == student.Tokenizer.VocabularySize
                ? "the vocabularies differ"
                : $"{teacher.Tokenizer.VocabularySize} tokens against the student's {student.Tokenizer.VocabularySize}";
            problems.Add(new Problem(
                teacher.Where,
                $"{teacher.Folder} has another tokenizer than the student {student.Folder} ({sizes}). Student and teachers must read the same token ids."));
        }
    }

    private static void TryCreate(
        SignalSettings settings, Capability role, OpenedModel student, OpenedModel teacher, List<Problem> problems, Dictionary<Capability, ISignal> signals)
    {
        static SignalModel Describe(OpenedModel model) => new(model.Config.Language, $"{model.Where}: {model.Folder}");
        try
        {
            signals.Add(role, SignalRegistry.Create(settings, role, Describe(student), Describe(teacher)));
        }
        catch (InputException exception)
        {
            problems.AddRange(exception.Problems);
        }
    }

    /// <returns>How large the samples are, without the extra tokens.</returns>
    private static SampleExtent CheckLengths(
        SampleEncoder encoder,
        IReadOnlyList<Sample> samples,
        int extraTokens,
        IReadOnlyList<OpenedModel> models,
        List<Problem> problems,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation,
        Dictionary<Sample, int>? lengths = null)
    {
        OpenedModel shortest = models.MinBy(model => model.Config.Language.MaxPositions)!;
        int limit = shortest.Config.Language.MaxPositions;
        (int longest, int supervised) = (0, 0);
        for (int i = 0; i < samples.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            progress?.Report(new DataProgress("Counting tokens", i, samples.Count));
            Sample sample = samples[i];
            (int length, int answer) = encoder.CountTokens(sample);
            lengths?.TryAdd(sample, length);
            (longest, supervised) = (Math.Max(longest, length), Math.Max(supervised, answer));
            int tokens = length + extraTokens;
            if (tokens > limit)
            {
                problems.Add(new Problem(
                    sample.Source.ToString(),
                    string.Create(CultureInfo.InvariantCulture, $"{tokens} tokens ({sample.Images.Count} pictures), more than the {limit} positions of {shortest.Folder}. Shorten the text or show fewer pictures.")));
            }
        }

        return new SampleExtent
        {
            Tokens = longest,
            Samples = samples.Count,
            SupervisedTokens = supervised,
            Pictures = samples.Select(sample => sample.Images.Count).DefaultIfEmpty(0).Max(),
            PictureTokens = samples.SelectMany(sample => sample.Images).Select(image => encoder.LayoutOf(image).Tokens).DefaultIfEmpty(0).Max(),
            Files = samples.SelectMany(sample => sample.Images).Select(image => image.RecordedPath).Distinct().Count(),
        };
    }
}
