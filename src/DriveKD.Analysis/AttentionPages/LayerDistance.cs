using DriveKD.Analysis.Measures;
using DriveKD.Models.Generation.Attention;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>How far two models' text-to-vision maps lie from each other, over the same rows and image tokens (<see cref="MapDistance"/>).</summary>
/// <param name="Cosine">1 - sum ab / (|a| |b|), all pairs one vector: 0 where both look alike, whatever their strength; 1 where one map is 0.</param>
/// <param name="MeanSquared">sum (a - b)^2 / number of pairs: what the published losses lower.</param>
/// <remarks>Shapes: R rows, V image tokens.</remarks>
public sealed record LayerDistance(double Cosine, double MeanSquared)
{
    /// <summary>Measures, in float32.</summary>
    /// <param name="student">A map [R, V].</param>
    /// <param name="teacher">Another of the same size.</param>
    public static LayerDistance Of(TextToVisionMap student, TextToVisionMap teacher)
    {
        if (student.Rows != teacher.Rows || student.Weights.Length != teacher.Weights.Length)
        {
            throw new ArgumentException(
                $"{student.Rows} rows of {student.Weights.Length} weights, {teacher.Rows} rows of {teacher.Weights.Length} weights; maps of one size are expected.", nameof(student));
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor student_RV = tensor(student.Weights, [student.Rows, student.Mean.Length]);
        Tensor teacher_RV = tensor(teacher.Weights, [teacher.Rows, teacher.Mean.Length]);
        (double cosine, double squared) = MapDistance.Of(student_RV, teacher_RV);
        // Rounding can bring equal maps below 0, and a map of zeros has no direction.
        return new LayerDistance(double.IsNaN(cosine) ? Math.Sign(squared) : Math.Max(0, cosine), squared);
    }
}
