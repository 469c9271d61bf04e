using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Teachers;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Training;

/// <summary>An opened run: student and teachers in memory, samples checked. Owns the models.</summary>
public sealed class DistillSession : IDisposable
{
    private readonly TeacherBank _teachers;

    private DistillSession(DistillRecipe recipe, IReadOnlyList<Sample> samples, Preflight preflight, InternVLModel student, TeacherBank teachers)
    {
        (Recipe, Samples, Encoder, Student, _teachers) = (recipe, samples, preflight.Encoder, student, teachers);
        Step = new DistillStep(student, teachers, preflight.Plan);
        StudentFolder = preflight.Student.Folder;
    }

    /// <summary>What was asked for.</summary>
    public DistillRecipe Recipe { get; }

    /// <summary>The samples in the records' order.</summary>
    public IReadOnlyList<Sample> Samples { get; }

    /// <summary>The device that computes.</summary>
    public Device Device => Student.Placement.Device;

    internal InternVLModel Student { get; }

    internal string StudentFolder { get; }

    internal SampleEncoder Encoder { get; }

    internal DistillStep Step { get; }

    /// <summary>Checks the run as a whole, then reads the weights.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="samples">Samples with answers.</param>
    /// <param name="progress">Told while samples are counted and weights are read.</param>
    /// <param name="cancellation">Stops between samples and tensors.</param>
    /// <exception cref="InputException">Models, samples and recipe do not fit; all problems that show before weights are read come at once.</exception>
    public static DistillSession Open(
        ResolvedRecipe<DistillRecipe> recipe,
        IReadOnlyList<Sample> samples,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        Device device = Devices.Parse(recipe.Recipe.Device, recipe.Where("device"));
        Preflight preflight = Preflight.Check(recipe, samples, progress, cancellation);
        ComputeThreads.FitTo(preflight.Teachers.Values.Append(preflight.Student).Select(model => model.Config));
        Placement placement = new(device, recipe.Recipe.Precision == Precision.Float32 ? ScalarType.Float32 : ScalarType.BFloat16);

        InternVLModel LoadModel(string folder) =>
            InternVLLoader.Load(folder, placement, progress is null ? null : new LoadingProgress(folder, progress), cancellation);

        InternVLModel student = LoadModel(preflight.Student.Folder);
        List<Teacher> teachers = [];
        try
        {
            foreach (IGrouping<string, KeyValuePair<Capability, OpenedModel>> group in preflight.Teachers.GroupBy(entry => entry.Value.Folder))
            {
                // The student's own folder may teach too: a frozen copy of it.
                InternVLModel model = LoadModel(group.Key);
                teachers.Add(new Teacher(model, group.ToDictionary(
                    entry => entry.Key,
                    entry => SignalLayers.Of(entry.Key, model.Config.Language.Layers, preflight.TeacherReasoning, group.Key))));
            }
        }
        catch
        {
            student.Dispose();
            teachers.ForEach(teacher => teacher.Model.Dispose());
            throw;
        }

        int matched = preflight.Plan.StudentLayers.TryGetValue(Capability.Reasoning, out IReadOnlyList<int>? layers) ? layers.Count : 0;
        return new DistillSession(recipe.Recipe, samples, preflight, student, new TeacherBank(teachers, matched));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Student.Dispose();
        _teachers.Dispose();
    }

    private sealed class LoadingProgress(string folder, IProgress<DataProgress> target) : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => target.Report(new DataProgress($"Loading {Path.GetFileName(folder)}", value.BytesDone, value.BytesTotal));
    }
}
