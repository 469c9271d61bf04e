using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>
/// Layer-group matching: a student layer follows the mean of a sliding window of teacher layers (paper: reasoning signal; windows
/// as in the authors' trainer). One layer against one is its smallest case.
/// </summary>
public static class LayerGroups
{
    /// <summary>Windows of teacher layers for each student layer.</summary>
    /// <param name="studentLayers">K, the student layers in use.</param>
    /// <param name="teacherLayers">M, the teacher layers in use.</param>
    /// <returns>For student layer i the first teacher layer (both counted from 0 among the layers in use) and the window's length, the same for all.</returns>
    public static (IReadOnlyList<int> First, int Size) Match(int studentLayers, int teacherLayers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(studentLayers, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(teacherLayers, 1);
        int size = Math.Max(1, teacherLayers - studentLayers + 1);
        // A student deeper than its teacher lets its last layers follow the teacher's last one.
        return ([.. Enumerable.Range(0, studentLayers).Select(i => Math.Min(i, teacherLayers - size))], size);
    }

    /// <summary>The mean of each window.</summary>
    /// <param name="teacher">One tensor per teacher layer in use, in order, all of one shape.</param>
    /// <param name="studentLayers">How many student layers are matched.</param>
    /// <returns>One float32 target per student layer, owned by the caller.</returns>
    public static IReadOnlyList<Tensor> Means(IReadOnlyList<Tensor> teacher, int studentLayers)
    {
        (IReadOnlyList<int> first, int size) = Match(studentLayers, teacher.Count);
        List<Tensor> targets = [];
        foreach (int start in first)
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor window = stack(teacher.Skip(start).Take(size).Select(layer => layer.to_type(ScalarType.Float32)).ToArray());
            targets.Add(window.mean([0]).MoveToOuterDisposeScope());
        }

        return targets;
    }
}
