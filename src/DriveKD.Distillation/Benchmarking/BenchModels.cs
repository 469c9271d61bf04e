using DriveKD.Data.Errors;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using DriveKD.Models.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>The models of a measurement, from folders or with random weights: normal ones of deviation 0.02, norms of 1, biases of 0. Owns them.</summary>
internal sealed class BenchModels : IDisposable
{
    private readonly Func<int?, VisionLanguageModel> _openTeacher;
    private VisionLanguageModel? _teacher;

    private BenchModels(VisionLanguageModel student, VisionLanguageModel teacher, Func<int?, VisionLanguageModel> openTeacher)
    {
        (Student, _teacher, _openTeacher) = (student, teacher, openTeacher);
        (TeacherConfig, TeacherParameters) = (teacher.Config, teacher.parameters().Sum(parameter => parameter.numel()));
    }

    public VisionLanguageModel Student { get; }

    /// <summary>One set of weights for all three roles, whole or as <see cref="CutTeacher"/> left it; opened again where it was released.</summary>
    public VisionLanguageModel Teacher => _teacher ??= _openTeacher(null);

    /// <summary>The whole teacher's shape.</summary>
    public ModelConfig TeacherConfig { get; }

    /// <summary>The whole teacher's numbers.</summary>
    public long TeacherParameters { get; }

    /// <summary>Opens or draws both.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="placement">Device and dtype.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="InputException">A folder cannot be read, or the two do not see the same sequence.</exception>
    public static BenchModels Create(BenchSettings settings, Placement placement, CancellationToken cancellation)
    {
        LibTorch.EnsureLoaded();
        VisionLanguageModel student = Create(settings, settings.StudentFolder, settings.Shape.Student, placement, settings.Seed, layers: null, cancellation);
        try
        {
            return new BenchModels(student, OpenTeacher(null), OpenTeacher);
        }
        catch
        {
            student.Dispose();
            throw;
        }

        VisionLanguageModel OpenTeacher(int? layers) =>
            Create(settings, settings.TeacherFolder, settings.Shape.Teacher, placement, settings.Seed + 1, layers, cancellation);
    }

    /// <summary>Leaves the teacher its first decoder layers alone, as a run reads it that taps no others.</summary>
    /// <param name="layers">How many.</param>
    public void CutTeacher(int layers)
    {
        ReleaseTeacher();
        _teacher = _openTeacher(layers);
    }

    /// <summary>No teacher is in memory until it is asked for.</summary>
    public void ReleaseTeacher()
    {
        _teacher?.Dispose();
        _teacher = null;
    }

    public void Dispose()
    {
        Student.Dispose();
        ReleaseTeacher();
    }

    private static VisionLanguageModel Create(
        BenchSettings settings, string? folder, ModelConfig config, Placement placement, long seed, int? layers, CancellationToken cancellation)
    {
        if (folder is not null)
        {
            return ModelLoader.Load(folder, DistillBench.Read(settings, folder), placement, layers: layers, cancellation: cancellation);
        }

        // Layers are drawn in their order and the head last: a cut model has the same numbers as the whole one.
        VisionLanguageModel model = layers is int first
            ? config.Family.CreateModel(config with { Language = config.Language with { Layers = first } }, hasSeparateHead: false, placement)
            : config.Family.CreateModel(config, hasSeparateHead: !config.Language.TiesWordEmbeddings, placement);
        using IDisposable noGrad = no_grad();
        using Generator generator = new((ulong)seed, placement.Device);
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            cancellation.ThrowIfCancellationRequested();
            if (name.EndsWith(".bias", StringComparison.Ordinal))
            {
                parameter.zero_();
            }
            else if (parameter.dim() == 1)
            {
                // Norms, and the towers' layer scales.
                parameter.fill_(Scalars.Of(1.0));
            }
            else
            {
                parameter.normal_(0, 0.02, generator);
            }
        }

        return model;
    }
}
