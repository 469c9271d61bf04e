using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>
/// Squared differences between head-mean attention maps of student and teacher. Pure functions: float32 in and out, gradients
/// reach the student's maps only if the caller detached the teacher's.
/// </summary>
/// <remarks>Shapes: B batch, T tokens.</remarks>
public static class AttentionLosses
{
    /// <summary>
    /// Perception and planning: the mean over pairs of a text query and an image key, the pairs that causality empties counted too;
    /// per sample, then over the batch.
    /// </summary>
    /// <param name="student_BTT">The student's map.</param>
    /// <param name="teacher_BTT">The teacher's map, same shape.</param>
    /// <param name="imageMask_BT">bool, true where a position holds an image embedding.</param>
    /// <returns>A scalar; 0 where no sample has such a pair.</returns>
    public static Tensor TextToVision(Tensor student_BTT, Tensor teacher_BTT, Tensor imageMask_BT)
    {
        RequireSameShape(student_BTT, teacher_BTT);
        using DisposeScope scope = NewDisposeScope();
        Tensor pairs_BTT = imageMask_BT.logical_not().unsqueeze(2).logical_and(imageMask_BT.unsqueeze(1)).to_type(ScalarType.Float32);
        Tensor squares_BTT = Wide(student_BTT).sub(Wide(teacher_BTT)).Squared().mul(pairs_BTT);
        Tensor count_B = pairs_BTT.sum([1, 2]).clamp_min(Scalars.Of(1.0));
        return squares_BTT.sum([1, 2]).div(count_B).mean().MoveToOuterDisposeScope();
    }

    /// <summary>Reasoning: per layer the mean over all pairs, the empty triangle included, then the mean over layers.</summary>
    /// <param name="student_BTT">One map per student layer in use.</param>
    /// <param name="target_BTT">The matched teacher map of each, same shapes.</param>
    /// <returns>A scalar.</returns>
    public static Tensor FullMaps(IReadOnlyList<Tensor> student_BTT, IReadOnlyList<Tensor> target_BTT)
    {
        if (student_BTT.Count != target_BTT.Count || student_BTT.Count == 0)
        {
            throw new ArgumentException($"{student_BTT.Count} student maps and {target_BTT.Count} targets.", nameof(target_BTT));
        }

        using DisposeScope scope = NewDisposeScope();
        List<Tensor> losses = [];
        for (int layer = 0; layer < student_BTT.Count; layer++)
        {
            RequireSameShape(student_BTT[layer], target_BTT[layer]);
            losses.Add(Wide(student_BTT[layer]).sub(Wide(target_BTT[layer])).Squared().mean());
        }

        return stack(losses).mean().MoveToOuterDisposeScope();
    }

    /// <summary>The mean map of each window of teacher layers.</summary>
    /// <param name="teacher_BTT">One map per teacher layer in use, in order.</param>
    /// <param name="studentLayers">How many student layers are matched.</param>
    /// <returns>One target per student layer, owned by the caller.</returns>
    public static IReadOnlyList<Tensor> GroupTargets(IReadOnlyList<Tensor> teacher_BTT, int studentLayers)
    {
        (IReadOnlyList<int> first, int size) = LayerGroups.Match(studentLayers, teacher_BTT.Count);
        List<Tensor> targets = [];
        foreach (int start in first)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor window_GBTT = stack(teacher_BTT.Skip(start).Take(size).Select(Wide).ToArray());
            targets.Add(window_GBTT.mean([0]).MoveToOuterDisposeScope());
        }

        return targets;
    }

    // float32: squares of attention differences near 1e-4 vanish in bfloat16.
    private static Tensor Wide(Tensor map) => map.to_type(ScalarType.Float32);

    private static void RequireSameShape(Tensor student, Tensor teacher)
    {
        if (!student.shape.SequenceEqual(teacher.shape))
        {
            throw new ArgumentException(
                $"The student's map is [{string.Join(", ", student.shape)}], the teacher's [{string.Join(", ", teacher.shape)}]: both must see the same sequence.");
        }
    }
}
