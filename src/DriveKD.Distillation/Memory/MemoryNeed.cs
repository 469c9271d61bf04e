using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Memory;

/// <summary>
/// An estimate of the memory that a run takes at its peak, the backward passes of the longest sample: what stands all the time, the
/// gradients, what the student's forward pass keeps, and what one layer needs while it is computed. A teacher that needs more for its own
/// pass than the student, which runs after it, adds the difference.
/// docs/log/2026-11-25-memory-of-a-run.md compares it with measured runs.
/// </summary>
/// <remarks>
/// Letters as in <see cref="ActivationBytes"/>; B samples per forward pass, S supervised tokens, V vocabulary, R trained numbers, R_k those
/// that the gradient of task k reaches.
/// </remarks>
internal sealed record MemoryNeed
{
    private const double Wide = sizeof(float);

    // .NET, libtorch and their libraries, code and buffers that do not grow with a run.
    private const double Program = 300e6;

    // What comes and goes with a step takes up to this much more than it holds where freed memory is kept for reuse (NativeAllocator): at
    // most 1.73 in eighteen recipes.
    private const double Slack = 2;

    // What SampleEncoder keeps of decoded pictures at most, and how many encoded samples wait in the feed.
    private const double MostPictureBytes = 256 << 20;
    private const double SamplesAhead = 5;

    internal static readonly MemoryPart ProgramPart = new("the program", Program, ".NET, libtorch and what they need themselves") { IsOnHost = true };

    private readonly double _comesAndGoes;

    /// <param name="parts">Parts that are not empty.</param>
    /// <param name="comesAndGoes">What of them comes and goes.</param>
    internal MemoryNeed(IReadOnlyList<MemoryPart> parts, double comesAndGoes) => (Parts, _comesAndGoes) = (parts, comesAndGoes);

    /// <summary>The parts, none of them empty.</summary>
    public IReadOnlyList<MemoryPart> Parts { get; }

    /// <summary>All parts together: the process's peak where freed memory goes back to the system at once.</summary>
    public double Bytes => Parts.Sum(part => part.Bytes);

    /// <summary>The peak where freed memory is kept for reuse, which is faster.</summary>
    public double BytesWhereKept => Bytes + ((Slack - 1) * _comesAndGoes);

    /// <summary>Estimates.</summary>
    /// <param name="run">The run.</param>
    public static MemoryNeed Of(RunShape run)
    {
        double b = run.Recipe.Precision == Precision.Float32 ? Wide : sizeof(ushort);
        double kept = run.Recipe.Precision == Precision.Bfloat16Pure ? sizeof(ushort) : Wide;
        TrainedCounts trained = new(run.Student, run.Recipe.Train);
        // Learned maps between widths: weight, moments, gradient and sum, all float32.
        double maps = run.Plan.Signals.Values.SelectMany(signal => signal.Maps).Sum(map => 5 * Wide * map.TeacherWidth * map.StudentWidth);
        double masters = run.Recipe.Precision == Precision.Bfloat16 ? trained.Total * Wide : 0;
        double moments = 2 * kept * trained.Total;
        double average = run.Recipe.Train.Ema is null ? 0 : trained.Total * Wide;
        double activations = Activations(run, trained, b);
        double work = Work(run, trained, b);
        double teaching = run.TeachersInMemory.Select(teacher => TeacherWork(run, teacher, b)).DefaultIfEmpty(0).Max();
        MemoryPart[] parts =
        [
            ProgramPart,
            new("student", trained.Model * b, "parameters x compute format"),
            new("teachers", run.TeachersInMemory.Sum(teacher => Elements(run, teacher) * b), "parameters of each distinct teacher that is needed, up to the last layer that is read, x compute format"),
            new("masters, moments and averages", masters + moments + average + maps, "of what is trained, and of learned maps between widths"),
            new("gradients", Gradients(run, trained, b), "the update in float32, and for each task what it reaches x compute format"),
            new("pictures", Pictures(run), "decoded files, and samples that wait") { IsOnHost = true },
            new("activations", activations, "what the student's forward pass keeps of the longest sample x batch, maps and logits included"),
            new("one layer at work", work, "the largest of a decoder layer, the tower, the logits, the optimizer's copies"),
            new("a teacher at work", Math.Max(0, teaching - activations - work), "what a teacher's pass needs beyond the student's"),
        ];
        return new MemoryNeed([.. parts.Where(part => part.Bytes > 0)], Math.Max(teaching, activations + work));
    }

    /// <summary>
    /// The sum of the updates, 4 R, and the tasks' gradients: b R where all losses are backpropagated at once, else b times the sum of R_k,
    /// with one combination per window once more in float32. Kept in bfloat16, b is 2 but for the one that is being backpropagated. A step of
    /// one pass never has the sum beside the gradients: parameter by parameter the one takes the others' place.
    /// </summary>
    private static double Gradients(RunShape run, TrainedCounts trained, double b)
    {
        double sum = Wide * trained.Total;
        bool isOnePass = run.Recipe.Train.Accumulation == 1;
        if (!run.SplitsGradients)
        {
            return Together(sum, b * trained.Total);
        }

        double kept = run.Recipe.Gradients.Kept == KeptGradients.Bfloat16 ? sizeof(ushort) : b;
        double reached = run.Capabilities.Select(capability => Tasks(run, capability).Sum(trained.Reached)).DefaultIfEmpty(trained.Total).Max();
        double split = (kept * reached) + ((b - kept) * trained.Total);
        bool isWindow = run.Recipe.Gradients.Per == CombinationSpan.Window;
        return isWindow && !isOnePass ? Math.Max(sum, split) + (Wide * reached) : Together(sum, split);

        double Together(double update, double gradients) => isOnePass ? Math.Max(update, gradients) : update + gradients;
    }

    /// <summary>What each task of a sample reads of the student; null is supervision.</summary>
    private static IEnumerable<SignalTaps?> Tasks(RunShape run, Capability capability)
    {
        IEnumerable<SignalTaps?> signals = run.Plan.SignalShares(capability, hasPictures: true).Keys.Select(role => run.Plan.Signals[role].StudentTaps);
        return run.Plan.Weights.Supervision > 0 ? signals.Append(null) : signals;
    }

    /// <summary>
    /// B times: what decoder layers (with checkpointing one of them, and the inputs of all) and tapped maps keep (and the tower where it is trained), 3b T C of embeddings, the answer's logits
    /// S V (b + 4, + 4 where b is less) where they are held, and per signal 4 T^2 for its pairs and, per student layer, 4 T^2 for its target and 8 T^2 for its loss.
    /// </summary>
    private static double Activations(RunShape run, TrainedCounts trained, double b)
    {
        double tokens = run.Longest.Tokens;
        LanguageModelConfig language = run.Student.Language;
        double layer = ActivationBytes.DecoderLayer(language, tokens, b, trained);
        double layers = run.Recipe.Train.ActivationCheckpointing
            ? layer + (language.Layers * b * tokens * language.HiddenSize)
            : language.Layers * layer;
        int tapped = run.Plan.Signals.Values.SelectMany(signal => signal.StudentTaps.AttentionLayers).Distinct().Count();
        double maps = tapped * ActivationBytes.TappedMap(language, tokens, b);
        double logits = HeldLogits(run) * (b + Wide + (b < Wide ? Wide : 0));
        double tower = trained.HasVision ? ActivationBytes.VisionKept(run.Student, run.Longest.Pictures, run.Longest.PictureTokens, b) : 0;
        return run.Batch * (layers + maps + logits + tower + (3 * b * tokens * language.HiddenSize) + Signals(run));
    }

    /// <summary>A sample's share of the logits that are held at once: a batch's pass in pieces where they are more, and count as the most that is held.</summary>
    private static double HeldLogits(RunShape run) =>
        Math.Min(run.Longest.SupervisedTokens * (double)run.Student.Language.VocabularySize, Supervision.MostLogits / run.Batch);

    private static double Signals(RunShape run)
    {
        double tokens = run.Longest.Tokens;
        double map = Wide * tokens * tokens;
        double bytes = 0;
        foreach ((ModelConfig teacher, IReadOnlyList<Capability> roles) in run.Teachers)
        {
            foreach (ISignal signal in roles.Select(role => run.Plan.Signals[role]))
            {
                bytes += signal.StudentTaps.AttentionLayers.Count > 0 ? map : 0;
                bytes += signal.StudentTaps.AttentionLayers.Count * 3 * map;
                bytes += signal.StudentTaps.HiddenStates.Count * 3 * Wide * tokens * teacher.Language.HiddenSize;
            }
        }

        return bytes;
    }

    /// <summary>
    /// The largest of: the student's tower with the pictures of a batch; B times the work of its decoder layer and tapped map; 8 S V for the gradient of the logits; and
    /// three tensors of the largest parameter for the optimizer.
    /// </summary>
    private static double Work(RunShape run, TrainedCounts trained, double b)
    {
        double tokens = run.Longest.Tokens;
        LanguageModelConfig language = run.Student.Language;
        bool isTapped = run.Plan.Signals.Values.Any(signal => signal.StudentTaps.AttentionLayers.Count > 0);
        double map = isTapped ? ActivationBytes.MapWork(language, tokens, b, isTrained: true) : 0;
        double[] work =
        [
            ActivationBytes.VisionWork(run.Student, (double)run.Batch * run.Longest.Pictures, run.Longest.PictureTokens, b),
            run.Batch * (ActivationBytes.DecoderWork(language, tokens, b) + map),
            2 * Wide * HeldLogits(run),
            3 * Wide * trained.Largest,
        ];
        return work.Max();
    }

    /// <summary>The larger of its tower with the pictures of a batch, and B times its decoder layer's work with the maps and states that were tapped before.</summary>
    internal static double TeacherWork(RunShape run, (ModelConfig Config, IReadOnlyList<Capability> Roles) teacher, double b)
    {
        double tokens = run.Longest.Tokens;
        LanguageModelConfig language = teacher.Config.Language;
        SignalTaps[] taps = [.. teacher.Roles.Select(role => run.Plan.Signals[role].TeacherTaps)];
        int maps = taps.SelectMany(tap => tap.AttentionLayers).Distinct().Count();
        int states = taps.SelectMany(tap => tap.HiddenStates).Distinct().Count();
        double kept = (maps * Wide * tokens * tokens) + (states * b * tokens * language.HiddenSize);
        double map = maps == 0 ? 0 : ActivationBytes.MapWork(language, tokens, b, isTrained: false) + ActivationBytes.TappedMap(language, tokens, b);
        double layer = ActivationBytes.DecoderWork(language, tokens, b) + map + kept;
        return Math.Max(ActivationBytes.VisionWork(teacher.Config, (double)run.Batch * run.Longest.Pictures, run.Longest.PictureTokens, b), run.Batch * layer);
    }

    /// <summary>Values 4 N v of every kind of pictures, of the samples that wait and twice of those at work; and the bytes of decoded pictures, which are kept up to a limit.</summary>
    internal static double Pictures(RunShape run)
    {
        double square = run.Teachers.Select(teacher => teacher.Config).Append(run.Student).DistinctBy(config => config.Pictures)
            .Sum(config => config.Tower.ValuesOf(run.Longest.PictureTokens));
        return Math.Min(MostPictureBytes, run.Longest.Files * square) + ((SamplesAhead + (2.0 * run.Batch)) * run.Longest.Pictures * square * Wide);
    }

    /// <summary>The parameters of a teacher that are read: up to the last decoder layer that a signal taps, and no head; all where logits are read.</summary>
    internal static double Elements(RunShape run, (ModelConfig Config, IReadOnlyList<Capability> Roles) teacher)
    {
        LanguageModelConfig language = teacher.Config.Language;
        int? depth = SignalTaps.DepthOf([.. teacher.Roles.Select(role => run.Plan.Signals[role].TeacherTaps)]);
        bool isCut = depth < language.Layers;
        ModelConfig read = isCut ? teacher.Config with { Language = language with { Layers = depth!.Value } } : teacher.Config;
        return read.Family.Expected(read, hasHead: !isCut && !language.TiesWordEmbeddings)
            .Sum(tensor => tensor.EstimatedCount);
    }
}
