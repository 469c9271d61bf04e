using DriveKD.Distillation.Signals;
using DriveKD.Models.Generation.Attention;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>How far two models' text-to-vision maps lie from each other, over the same rows and image tokens.</summary>
/// <param name="Cosine">1 - sum ab / (|a| |b|), all pairs one vector: 0 where both look alike, whatever their strength.</param>
/// <param name="MeanSquared">sum (a - b)^2 / number of pairs: what the published losses lower.</param>
/// <remarks>Shapes: B batch (1), R rows, V image tokens.</remarks>
public sealed record LayerDistance(double Cosine, double MeanSquared)
{
    /// <summary>Measures, in float32, with the losses that distillation has.</summary>
    /// <param name="student">A map [R, V].</param>
    /// <param name="teacher">Another of the same size.</param>
    public static LayerDistance Of(TextToVisionMap student, TextToVisionMap teacher)
    {
        if (student.Rows != teacher.Rows || student.Weights.Length != teacher.Weights.Length)
        {
            throw new ArgumentException(
                $"{student.Rows} rows of {student.Weights.Length} weights, {teacher.Rows} rows of {teacher.Weights.Length} weights; maps of one size are expected.", nameof(student));
        }

        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor student_BRV = tensor(student.Weights, [1, student.Rows, student.Mean.Length]);
        Tensor teacher_BRV = tensor(teacher.Weights, [1, teacher.Rows, teacher.Mean.Length]);
        return new LayerDistance(
            // Rounding can bring equal maps below 0.
            Math.Max(0, AttentionLosses.Cosine([student_BRV], [teacher_BRV], pairs_BTT: null).item<float>()),
            AttentionLosses.Squared([student_BRV], [teacher_BRV], pairs_BTT: null).item<float>());
    }
}
