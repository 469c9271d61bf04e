using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Teachers;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Verification;

/// <summary>Student, teachers and the parts of training, put together as a run does it; the stage 2 orders come from the recording.</summary>
internal sealed class TrainerWorld : IDisposable
{
    private TrainerWorld(VisionLanguageModel student, TeacherBank teachers, StepPlan plan) => (Student, Teachers, Plan) = (student, teachers, plan);

    public VisionLanguageModel Student { get; }

    public TeacherBank Teachers { get; }

    public StepPlan Plan { get; }

    public required TrainingParts Parts { get; init; }

    public required PlayedOrder Order { get; init; }

    /// <summary>Opens the models of a folder and begins a training.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="device">Where it computes.</param>
    /// <param name="cancellation">Checked between tensors.</param>
    /// <exception cref="InputException">A model is missing or broken, or does not fit the recipe.</exception>
    public static TrainerWorld Open(TrainerFolder folder, DistillRecipe recipe, Device device, CancellationToken cancellation)
    {
        Placement placement = new(device, recipe.Precision == Precision.Float32 ? ScalarType.Float32 : ScalarType.BFloat16);
        VisionLanguageModel student = ModelLoader.Load(folder.Student, placement, cancellation: cancellation);
        List<Teacher> teachers = [];
        try
        {
            Dictionary<Capability, ISignal> signals = [];
            foreach (Capability role in Enum.GetValues<Capability>().Where(recipe.UsesTeacher))
            {
                VisionLanguageModel model = ModelLoader.Load(folder.Teacher(role), placement, cancellation: cancellation);
                teachers.Add(new Teacher(model, new Dictionary<Capability, ISignal>()));
                signals.Add(role, SignalRegistry.Create(
                    recipe.Distillation.Signals[role],
                    role,
                    new SignalModel(student.Config.Language, folder.Student),
                    new SignalModel(model.Config.Language, folder.Teacher(role))));
                teachers[^1] = new Teacher(model, new Dictionary<Capability, ISignal> { [role] = signals[role] });
            }

            ComputeThreads.FitTo(teachers.Select(teacher => teacher.Model.Config).Append(student.Config));
            StepPlan plan = new()
            {
                Weights = recipe.Distillation.Weights,
                Mixing = recipe.Distillation.Mixing,
                Signals = signals,
                CountsAbsentPictures = recipe.QuirksInForce().CountsAbsentPictures,
            };
            TeacherBank bank = new(teachers);
            PlayedOrder order = new();
            return new TrainerWorld(student, bank, plan)
            {
                Order = order,
                Parts = new TrainingParts(recipe, student, folder.Student, bank, plan, key => $"{folder.Path}, {key}", order),
            };
        }
        catch
        {
            student.Dispose();
            teachers.ForEach(teacher => teacher.Model.Dispose());
            throw;
        }
    }

    /// <summary>A vector of all trained parameters in a recorded order.</summary>
    /// <param name="order">The order.</param>
    /// <param name="pick">The tensor of a parameter, by its place.</param>
    public Tensor Flatten(ParameterOrder order, Func<int, Tensor?> pick) => order.Flatten(Parts.Weights.Names, Parts.Weights.Parameters, pick);

    /// <summary>Moves every trained weight a little, at random but always the same.</summary>
    /// <param name="size">How far, relative.</param>
    public void Disturb(double size)
    {
        using IDisposable noGrad = no_grad();
        RandomStream random = new SeedStreams(1).Open("disturbance");
        foreach (Tensor weights in Parts.Weights.Optimised)
        {
            using DisposeScope scope = NewDisposeScope();
            float[] factors = [.. Enumerable.Range(0, checked((int)weights.numel())).Select(_ => (float)(1 + (random.NextDouble() < 0.5 ? -size : size)))];
            weights.mul_(tensor(factors).reshape(weights.shape).to(weights.device));
        }

        Parts.Weights.Publish();
    }

    public void Dispose()
    {
        Parts.Dispose();
        Teachers.Dispose();
        Student.Dispose();
    }
}
