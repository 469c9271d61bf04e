using DriveKD.Data.Errors;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using DriveKD.Models.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>The models of a measurement, from folders or with random weights: normal ones of deviation 0.02, norms of 1, biases of 0. Owns them.</summary>
internal sealed class BenchModels : IDisposable
{
    private BenchModels(InternVLModel student, InternVLModel teacher) => (Student, Teacher) = (student, teacher);

    public InternVLModel Student { get; }

    /// <summary>One set of weights for all three roles.</summary>
    public InternVLModel Teacher { get; }

    /// <summary>Opens or draws both.</summary>
    /// <param name="settings">Which.</param>
    /// <param name="placement">Device and dtype.</param>
    /// <param name="cancellation">Stops between tensors.</param>
    /// <exception cref="InputException">A folder cannot be read, or the two do not see the same sequence.</exception>
    public static BenchModels Create(BenchSettings settings, Placement placement, CancellationToken cancellation)
    {
        LibTorch.EnsureLoaded();
        InternVLModel student = Create(settings.StudentFolder, settings.Shape.Student, placement, settings.Seed, cancellation);
        try
        {
            return new BenchModels(student, Create(settings.TeacherFolder, settings.Shape.Teacher, placement, settings.Seed + 1, cancellation));
        }
        catch
        {
            student.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Student.Dispose();
        Teacher.Dispose();
    }

    private static InternVLModel Create(string? folder, InternVLConfig config, Placement placement, long seed, CancellationToken cancellation)
    {
        if (folder is not null)
        {
            return InternVLLoader.Load(folder, placement, cancellation: cancellation);
        }

        InternVLModel model = new(config, hasSeparateHead: !config.Language.TiesWordEmbeddings, placement);
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
