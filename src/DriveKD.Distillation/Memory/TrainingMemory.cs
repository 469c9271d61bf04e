using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Training;
using DriveKD.Models.InternVL;
using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Memory;

/// <summary>The memory that a training takes, from its recipe, the models' configs and the longest sample alone: the estimate by which a run is refused.</summary>
public static class TrainingMemory
{
    /// <summary>Estimates the peak on a device of its own, where what is freed is used again without loss.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="student">The student's config.</param>
    /// <param name="teachers">The configs of the teachers in use, by the folders that the recipe names.</param>
    /// <param name="capabilities">The capabilities that samples have.</param>
    /// <param name="longest">The longest sample.</param>
    /// <returns>The parts, none of them empty; what lies in the process's memory is marked.</returns>
    /// <exception cref="InputException">A signal does not fit a model.</exception>
    public static IReadOnlyList<MemoryPart> Estimate(
        DistillRecipe recipe,
        InternVLConfig student,
        IReadOnlyDictionary<string, InternVLConfig> teachers,
        IEnumerable<Capability> capabilities,
        SampleExtent longest)
    {
        Capability[] roles = [.. Enum.GetValues<Capability>().Where(recipe.UsesTeacher)];
        SignalModel studentModel = new(student.Language, recipe.Models.Student);
        RunShape shape = new()
        {
            Recipe = recipe,
            Plan = new StepPlan
            {
                Weights = recipe.Distillation.Weights,
                Mixing = recipe.Distillation.Mixing,
                Signals = roles.ToDictionary(role => role, role =>
                {
                    string folder = recipe.Models.Teachers[role]!;
                    return SignalRegistry.Create(recipe.Distillation.Signals[role], role, studentModel, new SignalModel(teachers[folder].Language, folder));
                }),
            },
            Student = student,
            Teachers = [.. roles.GroupBy(role => recipe.Models.Teachers[role]!).Select(group => (teachers[group.Key], (IReadOnlyList<Capability>)[.. group]))],
            Capabilities = [.. capabilities],
            Longest = longest,
        };
        return MemoryNeed.Of(shape).Parts;
    }
}
