using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>The layers that a loss compares, one by one.</summary>
internal static class MatchedLayers
{
    /// <summary>Student layers with their targets, both in float32: squares of differences near 1e-4 vanish in bfloat16.</summary>
    /// <param name="student">One tensor per student layer.</param>
    /// <param name="target">As many, each of its student's shape.</param>
    public static IEnumerable<(Tensor Student, Tensor Target)> Pair(IReadOnlyList<Tensor> student, IReadOnlyList<Tensor> target)
    {
        if (student.Count != target.Count || student.Count == 0)
        {
            throw new ArgumentException($"{student.Count} student layers and {target.Count} targets.", nameof(target));
        }

        for (int layer = 0; layer < student.Count; layer++)
        {
            if (!student[layer].shape.SequenceEqual(target[layer].shape))
            {
                throw new ArgumentException(
                    $"The student's layer is [{string.Join(", ", student[layer].shape)}], its target [{string.Join(", ", target[layer].shape)}]: both must "
                    + "see the same sequence.");
            }
        }

        return student.Zip(target, (a, b) => (a.to_type(ScalarType.Float32), b.to_type(ScalarType.Float32)));
    }
}
