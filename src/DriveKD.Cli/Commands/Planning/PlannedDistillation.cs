using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Evaluation.Deployment;
using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Planning;

/// <summary>A recipe as the planner sees it.</summary>
internal static class PlannedDistillation
{
    /// <summary>Bytes of a value in the recipe's format.</summary>
    /// <param name="precision">The format.</param>
    public static double BytesOf(Precision precision) => precision == Precision.Float32 ? 4 : 2;

    /// <summary>Puts the work of a recipe together.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="where">The place of a key, for messages.</param>
    /// <param name="student">The student.</param>
    /// <param name="teachers">The teachers in use, by folder.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="teacherWork">Receives each teacher's work, by folder.</param>
    /// <returns>The work of a run with all its teachers.</returns>
    /// <exception cref="InputException">A signal reads layers that a model has not, or nothing would be trained.</exception>
    public static DistillationWork WorkOf(
        DistillRecipe recipe,
        Func<string, string> where,
        PlannedModel student,
        IReadOnlyDictionary<string, PlannedModel> teachers,
        PlannedSamples samples,
        out IReadOnlyDictionary<string, TeacherWork> teacherWork)
    {
        ProblemList problems = new();
        Capability[] roles = [.. Enum.GetValues<Capability>().Where(recipe.UsesTeacher)];
        List<TaskWork> tasks = [];
        HashSet<int> maps = [];
        if (recipe.Distillation.Weights.Supervision > 0)
        {
            tasks.Add(new TaskWork { Name = "supervision", Depth = student.Shape.Layers, MapLayers = 0, UsesHead = true });
        }

        foreach (Capability role in roles)
        {
            SignalSettings signal = recipe.Distillation.Signals[role];
            (int first, int last) = LayersOf(signal, signal.StudentLayers, student.Shape.Layers, where($"distillation.signals.{NameOf(role)}.student_layers"), problems);
            bool isAttention = signal.Kind == SignalKind.Attention;
            tasks.Add(new TaskWork
            {
                Name = NameOf(role),
                Depth = last,
                MapLayers = isAttention ? last - first + 1 : 0,
                UsesHead = signal.Kind == SignalKind.Logits,
                SampleShare = ShareOf(recipe, samples, [role]),
            });
            maps.UnionWith(isAttention ? Enumerable.Range(first, last - first + 1) : []);
        }

        OrderedDictionary<string, TeacherWork> work = [];
        foreach (IGrouping<string, Capability> group in roles.GroupBy(role => recipe.Models.Teachers[role]!))
        {
            work.Add(group.Key, TeacherOf(recipe, where, teachers[group.Key].Shape, [.. group], samples, problems));
        }

        teacherWork = work;
        problems.ThrowIfAny();
        TrainSettings train = recipe.Train;
        bool isSum = recipe.Gradients.Method is GradientMethod.Sum or GradientMethod.SumPerCapability;
        bool hasTaskGradients = roles.Length > 0 && (!isSum || recipe.Weighting.Kind is WeightingKind.Online or WeightingKind.Ratio);
        (long steps, double seen) = Length(train, samples.Count);
        (WeightParts trained, double adapters) = Trained(train, where, student);
        return new DistillationWork
        {
            Student = student.Shape,
            Teachers = [.. work.Values],
            Tasks = tasks,
            Trained = trained,
            AdapterParameters = adapters,
            MapLayers = maps.Count,
            HasTaskGradients = hasTaskGradients,
            HasMasters = recipe.Precision == Precision.Bfloat16,
            MomentBytes = recipe.Precision == Precision.Bfloat16Pure ? 2 : 4,
            HasAverage = train.Ema is not null,

            // With a projection per sample each sample runs alone.
            BatchSize = recipe.Gradients.Per == CombinationSpan.Sample && !isSum ? 1 : train.BatchSize,
            SamplesPerStep = train.SamplesPerStep(),
            Steps = steps,
            Samples = seen,
            Lengths = samples.Lengths,
        };
    }

    private static TeacherWork TeacherOf(
        DistillRecipe recipe, Func<string, string> where, ModelShape shape, Capability[] roles, PlannedSamples samples, ProblemList problems)
    {
        int deepest = 0;
        HashSet<int> maps = [];
        foreach (Capability role in roles)
        {
            SignalSettings signal = recipe.Distillation.Signals[role];
            (int first, int last) = LayersOf(signal, signal.TeacherLayers, shape.Layers, where($"distillation.signals.{NameOf(role)}.teacher_layers"), problems);
            deepest = Math.Max(deepest, last);
            maps.UnionWith(signal.Kind == SignalKind.Attention ? Enumerable.Range(first, last - first + 1) : []);
        }

        return new TeacherWork { Shape = shape, SampleShare = ShareOf(recipe, samples, roles), LayersRun = deepest, MapLayers = maps.Count };
    }

    /// <summary>First and last layer that a signal reads, counted from 1; logits need every layer.</summary>
    private static (int First, int Last) LayersOf(SignalSettings signal, LayerRange range, int layers, string where, ProblemList problems)
    {
        if (signal.Kind == SignalKind.Logits)
        {
            return (1, layers);
        }

        if (!range.TryResolve(layers, out int first, out int last))
        {
            problems.Add(where, $"{range} does not fit a model of {layers} decoder layers.");
            return (1, 1);
        }

        return (first, last);
    }

    /// <summary>The share of samples that give any of these teachers a part.</summary>
    private static double ShareOf(DistillRecipe recipe, PlannedSamples samples, IReadOnlyList<Capability> roles) =>
        samples.Shares.Where(entry => roles.Any(role => recipe.Distillation.Mixing[entry.Key][role] > 0)).Sum(entry => entry.Value);

    private static (long Steps, double Samples) Length(TrainSettings train, int samples)
    {
        long window = train.SamplesPerStep();
        long windows = (samples + window - 1) / window;
        long steps = train.Steps ?? train.Epochs!.Value * windows;
        return (steps, ((double)(steps / windows) * samples) + Math.Min(steps % windows * window, samples));
    }

    private static (WeightParts Trained, double Adapters) Trained(TrainSettings train, Func<string, string> where, PlannedModel student)
    {
        IReadOnlyList<Problem> unfit = AdapterTargets.Check(student.Config, train.Lora);
        ModelFamily family = student.Config.Family;
        IReadOnlyList<ExpectedTensor> tensors = family.Expected(student.Config, !student.Shape.IsHeadTied);
        HashSet<string> chosen;
        try
        {
            chosen = [.. ParameterSelection.Choose(ParameterSelection.ItemsOf(train), [.. tensors.Select(tensor => tensor.Name)], train.Lora.Rank > 0, family.Names)];
        }
        catch (InputException exception)
        {
            throw new InputException([.. unfit.Concat(exception.Problems).Select(problem => problem with { Where = where(problem.Where) })]);
        }

        if (unfit.Count > 0)
        {
            throw new InputException([.. unfit.Select(problem => problem with { Where = where(problem.Where) })]);
        }

        double Count(ModelPart part) => tensors.Where(tensor => tensor.Part == part && chosen.Contains(tensor.Name)).Sum(tensor => (double)tensor.ElementCount);

        // A's and B's, of which each matrix has one pair.
        HashSet<string> targets = [.. AdapterTargets.Names(family.Names, [.. tensors.Select(tensor => tensor.Name)], train.Lora)];
        double adapters = tensors
            .Where(tensor => tensor.Shape.Length == 2 && targets.Contains(tensor.Name[..^".weight".Length] + AdapterTargets.AEnding))
            .Sum(tensor => (double)train.Lora.Rank * (tensor.Shape[0] + tensor.Shape[1]));
        return (
            new WeightParts(
                Count(ModelPart.VisionTower), Count(ModelPart.Projector), Count(ModelPart.Embedding), Count(ModelPart.LanguageLayers) + adapters, Count(ModelPart.Head)),
            adapters);
    }

    private static string NameOf(Capability capability) => capability.ToString().ToLowerInvariant();
}
