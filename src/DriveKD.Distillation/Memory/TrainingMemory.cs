using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Memory;

/// <summary>
/// The memory that a training takes, from its recipe, the models' configs and the longest sample alone: the estimates by which a run, and the
/// making of its targets, are refused.
/// </summary>
public static class TrainingMemory
{
    /// <summary>Estimates the peak on a device of its own, where what is freed is used again without loss.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="student">The student's config.</param>
    /// <param name="teachers">The configs of the teachers in use, by the folders that the recipe names.</param>
    /// <param name="capabilities">The capabilities that samples have.</param>
    /// <param name="longest">The longest sample.</param>
    /// <param name="stored">Capabilities whose targets are made ahead: a teacher that gives no others is not in memory. Null for none.</param>
    /// <returns>The parts, none of them empty; what lies in the process's memory is marked.</returns>
    /// <exception cref="InputException">A signal does not fit a model.</exception>
    public static IReadOnlyList<MemoryPart> Estimate(
        DistillRecipe recipe,
        ModelConfig student,
        IReadOnlyDictionary<string, ModelConfig> teachers,
        IEnumerable<Capability> capabilities,
        SampleExtent longest,
        IReadOnlyCollection<Capability>? stored = null) =>
        MemoryNeed.Of(ShapeOf(recipe, student, teachers, capabilities, longest) with { Stored = stored ?? [] }).Parts;

    /// <summary>
    /// Estimates what <c>drivekd targets</c> takes: no student, one teacher after the other, loaded or layer by layer as it decides itself.
    /// </summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="student">The student's config.</param>
    /// <param name="teachers">The configs of the teachers in use, by the folders that the recipe names.</param>
    /// <param name="capabilities">The capabilities that samples have.</param>
    /// <param name="longest">The longest sample.</param>
    /// <param name="stored">Capabilities whose targets are there: a teacher that gives no others is not run.</param>
    /// <param name="availableBytes">What the device has for it; null where it is not known.</param>
    /// <returns>Each teacher that is run, in the order of the recipe.</returns>
    /// <exception cref="InputException">A signal does not fit a model.</exception>
    public static IReadOnlyList<TargetNeed> EstimateTargets(
        DistillRecipe recipe,
        ModelConfig student,
        IReadOnlyDictionary<string, ModelConfig> teachers,
        IEnumerable<Capability> capabilities,
        SampleExtent longest,
        IReadOnlyCollection<Capability> stored,
        double? availableBytes)
    {
        RunShape shape = ShapeOf(recipe, student, teachers, capabilities, longest);
        IEnumerable<IGrouping<string, Capability>> run = Roles(recipe).Where(group => !group.All(stored.Contains));
        return [.. run.Select(group => TargetsOf(shape, group.Key, (teachers[group.Key], [.. group]), availableBytes))];
    }

    private static TargetNeed TargetsOf(
        RunShape run, string folder, (ModelConfig Config, IReadOnlyList<Capability> Roles) teacher, double? availableBytes)
    {
        MemoryNeed loaded = TargetMemory.Loaded(run, teacher);
        TeacherStreaming streams = run.Recipe.Cache.Stream;
        if (streams == TeacherStreaming.Never || (streams == TeacherStreaming.Auto && !(OnDevice(loaded.Parts) > availableBytes)))
        {
            return new TargetNeed { Folder = folder, Capabilities = teacher.Roles, IsStreamed = false, Parts = loaded.Parts };
        }

        MemoryNeed streamed = TargetMemory.Streamed(run, teacher);
        double waiting = Waiting(run, teacher, availableBytes - OnDevice(streamed.Parts));
        MemoryPart part = new(
            "samples that wait", waiting, "what samples have between two layers: up to cache.stream_memory, in what is left, for one sample at least");
        return new TargetNeed
        {
            Folder = folder,
            Capabilities = teacher.Roles,
            IsStreamed = true,
            Parts = waiting > 0 ? [.. streamed.Parts, part] : streamed.Parts,
        };
    }

    /// <summary>As a run decides: the recipe's limit, no more than is free, no more than all samples have, and no less than the longest needs.</summary>
    private static double Waiting(RunShape run, (ModelConfig Config, IReadOnlyList<Capability> Roles) teacher, double? freeBytes)
    {
        CacheSettings cache = run.Recipe.Cache;
        SignalTaps[] taps = [.. teacher.Roles.Select(role => run.Plan.Signals[role].TeacherTaps)];
        double longest = TargetMemory.Waiting(teacher.Config, taps, run.Longest.Tokens, run.Longest.Pictures, run.Longest.PictureTokens, TargetMemory.NumberBytes(run));
        double least = Math.Max(0, longest - cache.StreamScratchBytes());
        double most = Math.Min(cache.StreamMemoryBytes(), Math.Max(1, run.Longest.Samples) * longest);
        return Math.Max(least, Math.Min(most, freeBytes ?? double.PositiveInfinity));
    }

    private static double OnDevice(IReadOnlyList<MemoryPart> parts) => parts.Where(part => !part.IsOnHost).Sum(part => part.Bytes);

    private static IEnumerable<IGrouping<string, Capability>> Roles(DistillRecipe recipe) =>
        Enum.GetValues<Capability>().Where(recipe.UsesTeacher).GroupBy(role => recipe.Models.Teachers[role]!);

    private static RunShape ShapeOf(
        DistillRecipe recipe,
        ModelConfig student,
        IReadOnlyDictionary<string, ModelConfig> teachers,
        IEnumerable<Capability> capabilities,
        SampleExtent longest)
    {
        SignalModel studentModel = new(student.Language, recipe.Models.Student);
        ISignal Signal(Capability role)
        {
            string folder = recipe.Models.Teachers[role]!;
            SignalModel teacher = new(teachers[folder].Language, folder);
            return SignalRegistry.Create(recipe.Distillation.Signals[role], role, studentModel, teacher);
        }

        return new RunShape
        {
            Recipe = recipe,
            Plan = new StepPlan
            {
                Weights = recipe.Distillation.Weights,
                Mixing = recipe.Distillation.Mixing,
                Signals = Roles(recipe).SelectMany(group => group).ToDictionary(role => role, Signal),
            },
            Student = student,
            Teachers = [.. Roles(recipe).Select(group => (teachers[group.Key], (IReadOnlyList<Capability>)[.. group]))],
            Capabilities = [.. capabilities],
            Longest = longest,
        };
    }
}
