using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Memory;
using DriveKD.Distillation.Stores;
using DriveKD.Evaluation.Deployment;
using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;

namespace DriveKD.Cli.Commands.Planning;

/// <summary>Which teachers a planned run has in memory: none whose targets lie in its folder, or are made ahead of it.</summary>
/// <param name="Stored">Capabilities whose targets of all samples lie in <c>cache.folder</c>.</param>
/// <param name="Needs">The teachers whose targets are made ahead; none where the run makes what is missing itself.</param>
internal sealed record PlannedTargets(IReadOnlyCollection<Capability> Stored, IReadOnlyList<TargetNeed> Needs)
{
    /// <summary>Capabilities that the run itself needs no teacher for.</summary>
    public IReadOnlyCollection<Capability> Ahead => [.. Stored, .. Needs.SelectMany(need => need.Capabilities).Except(Stored)];

    /// <summary>Looks into the folder.</summary>
    /// <param name="terminal">Shows the progress, and why the folder could not be looked at.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="samples">Its samples.</param>
    /// <returns>Capabilities whose targets of all samples are there.</returns>
    public static IReadOnlyCollection<Capability> Find(Terminal terminal, ResolvedRecipe<DistillRecipe> recipe, IReadOnlyList<Sample> samples)
    {
        try
        {
            using ProgressLine line = new(terminal);
            return StoredTargetsSearch.Find(recipe, samples, line, terminal.Interrupted);
        }
        catch (InputException exception)
        {
            // A plan needs neither weights nor a tokenizer; what a run would refuse is said, and no targets are counted on.
            terminal.ErrorText.WriteLine($"cache.folder is planned as empty: {exception.Problems[0]}");
            return [];
        }
    }

    /// <summary>
    /// Decides as a user would with <c>cache.folder</c>: targets are made ahead where the recipe says that teachers always stream, or where
    /// the run does not fit with its teachers.
    /// </summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="student">The student's config.</param>
    /// <param name="teachers">The teachers' configs by folder.</param>
    /// <param name="samples">The samples.</param>
    /// <param name="stored">Capabilities whose targets are there.</param>
    /// <param name="deviceBytes">The device's memory; null where none is named.</param>
    public static PlannedTargets Decide(
        DistillRecipe recipe,
        ModelConfig student,
        IReadOnlyDictionary<string, ModelConfig> teachers,
        PlannedSamples samples,
        IReadOnlyCollection<Capability> stored,
        double? deviceBytes)
    {
        if (recipe.Cache.Folder is null)
        {
            return new PlannedTargets(stored, []);
        }

        double? available = deviceBytes - RunningPlan.FrameworkBytes;
        IReadOnlyList<MemoryPart> run = TrainingMemory.Estimate(recipe, student, teachers, samples.Shares.Keys, samples.Longest, stored);
        if (recipe.Cache.Stream != TeacherStreaming.Always && !(run.Where(part => !part.IsOnHost).Sum(part => part.Bytes) > available))
        {
            return new PlannedTargets(stored, []);
        }

        return new PlannedTargets(
            stored, TrainingMemory.EstimateTargets(recipe, student, teachers, samples.Shares.Keys, samples.Longest, stored, available));
    }

    /// <summary>The plan of what is made ahead; null where nothing is.</summary>
    /// <param name="work">The teachers' work by folder.</param>
    /// <param name="samples">The samples.</param>
    public TargetsPlan? ToPlan(IReadOnlyDictionary<string, TeacherWork> work, PlannedSamples samples)
    {
        if (Needs.Count == 0)
        {
            return null;
        }

        IReadOnlyList<PlanPart> Parts(TargetNeed need) =>
            DistillationPlan.WithFramework([.. need.Parts.Where(part => !part.IsOnHost).Select(part => new PlanPart(part.Name, part.Bytes, part.Formula))]);
        return new TargetsPlan
        {
            Teachers = [.. Needs.Select(need => work[need.Folder].Shape.Name)],
            Streamed = [.. Needs.Where(need => need.IsStreamed).Select(need => work[need.Folder].Shape.Name)],
            Memory = Needs.Select(Parts).MaxBy(parts => parts.Sum(part => part.Amount))!,
            Flops = samples.Count * DistillationPlan.TeacherFlops(Needs.Select(need => work[need.Folder]), samples.Lengths),
        };
    }
}
