using DriveKD.Data.Errors;
using DriveKD.Distillation.Memory;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Measurement;
using DriveKD.Models.Native;
using DriveKD.Models.Tensors;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>
/// Times the published schedule and this engine on the same weights and samples, in one process and one run: cold, with the towers' features
/// kept, with the teachers' targets kept, with coefficients used again; and checks that both make the same gradient where they train the same.
/// </summary>
public static class DistillBench
{
    /// <summary>Measures.</summary>
    /// <param name="settings">What.</param>
    /// <param name="progress">Told before every measurement.</param>
    /// <param name="cancellation">Ends the run between samples; what was measured is returned.</param>
    /// <exception cref="InputException">A setting is out of range, a folder cannot be read, or models and samples do not fit.</exception>
    public static BenchFigures Run(BenchSettings settings, IProgress<BenchProgress>? progress = null, CancellationToken cancellation = default)
    {
        Check(settings);
        LibTorch.EnsureLoaded();
        Device device = Devices.Parse(settings.Device, "--device");
        Placement placement = new(device, Precisions.Parse(settings.Precision, "--precision", device, settings.StudentFolder is string folder ? Read(settings, folder) : settings.Shape.Student));
        BenchMemory.Check(
            settings with
            {
                Shape = settings.Shape with
                {
                    Student = settings.StudentFolder is string own ? Read(settings, own) : settings.Shape.Student,
                    Teacher = settings.TeacherFolder is string other ? Read(settings, other) : settings.Shape.Teacher,
                },
            },
            placement.DType == ScalarType.Float32 ? sizeof(float) : sizeof(ushort),
            MemoryCheck.AvailableOn(device));
        progress?.Report(new BenchProgress("drawing weights", 0, 1));
        using BenchModels models = BenchModels.Create(settings, placement, cancellation);
        BenchShape shape = settings.Shape with { Student = models.Student.Config, Teacher = models.TeacherConfig };
        CheckFit(shape);
        ComputeThreads.FitTo([shape.Student, shape.Teacher]);
        WarmUp(placement, cancellation);
        BenchRun run = new(settings with { Shape = shape }, models, progress, cancellation);
        double rate = GemmRate.Measure(device, placement.DType);
        run.Measure();
        IReadOnlyList<BenchGrowth> growth = settings.MeasuresGrowth ? new GrowthRun(run.Settings, models, progress, cancellation).Measure() : [];
        // The faster of before and after: a machine's speed wanders.
        rate = Math.Max(rate, GemmRate.Measure(device, placement.DType));
        return new BenchFigures
        {
            Settings = run.Settings,
            Precision = Precisions.NameOf(placement.DType),
            Device = device.ToString(),
            Threads = get_num_threads(),
            StudentParameters = (Count(models.Student, _ => true), Count(models.Student, models.Student.Config.Family.Names.IsOfLanguage)),
            TeacherParameters = models.TeacherParameters,
            Legs = run.Legs,
            GemmRate = rate,
            Flops = MethodFlops.Of(shape),
            Agreement = run.Agreement?.Largest,
            WholeAgreement = run.Agreement?.Whole,
            Growth = growth,
        };
    }

    /// <summary>Code is compiled and libtorch's kernels are chosen at their first use: on models that take no time.</summary>
    private static void WarmUp(Placement placement, CancellationToken cancellation)
    {
        BenchSettings settings = new() { Shape = BenchShape.Find("tiny"), Rounds = 1 };
        using BenchModels models = BenchModels.Create(settings, placement, cancellation);
        new BenchRun(settings, models, progress: null, cancellation).Measure();
    }

    private static long Count(VisionLanguageModel model, Func<string, bool> includes) =>
        model.named_parameters().Where(entry => includes(entry.name)).Sum(entry => entry.parameter.numel());

    private static void Check(BenchSettings settings)
    {
        ProblemList problems = new();
        void AtLeast(string option, int value, int least)
        {
            if (value < least)
            {
                problems.Add(option, $"is {value}; at least {least} is expected.");
            }
        }

        AtLeast("--samples", settings.Samples, 1);
        AtLeast("--rounds", settings.Rounds, 1);
        AtLeast("--refresh", settings.Refresh, 2);
        AtLeast("--pictures", settings.Shape.Pictures, 1);
        AtLeast("--answer-tokens", settings.Shape.AnswerTokens, 1);
        AtLeast("--text-tokens", settings.Shape.TextTokens, settings.Shape.AnswerTokens + 8);
        problems.ThrowIfAny();
    }

    internal static ModelConfig Read(BenchSettings settings, string folder) =>
        ModelConfigReader.Read(folder, settings.Limits, ("--min-pixels", "--max-pixels"));

    private static void CheckFit(BenchShape shape)
    {
        if (shape.Teacher.CannotShareSequences(shape.Student) is string why)
        {
            throw new InputException("--teacher", $"{why}. Name a teacher of the student's family that makes as many tokens.");
        }

        if (shape.Student.Language.Layers < 3 || shape.Teacher.Language.Layers < 3)
        {
            throw new InputException("models", $"have {shape.Student.Language.Layers} and {shape.Teacher.Language.Layers} decoder layers; at least 3 are expected.");
        }
    }
}
