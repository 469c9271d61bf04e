using DriveKD.Analysis.Measures;
using DriveKD.Models.Generation.Attention;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>Puts two models' maps beside each other.</summary>
public static class AttentionComparison
{
    /// <summary>The student's layer beside one of the teacher's: 1 + round((l - 1)(n - 1) / (N - 1)), first beside first, last beside last.</summary>
    /// <param name="layer">l, from 1.</param>
    /// <param name="teacherLayers">N.</param>
    /// <param name="studentLayers">n.</param>
    /// <returns>From 1; halves are rounded up.</returns>
    public static int StudentLayer(int layer, int teacherLayers, int studentLayers) =>
        1 + MapDistance.LayerAtSameDepth(layer - 1, teacherLayers, studentLayers);

    /// <summary>The student's layers that stand beside the teacher's.</summary>
    /// <param name="layers">The teacher's, from 1.</param>
    /// <param name="teacherLayers">How many the teacher has.</param>
    /// <param name="studentLayers">How many the student has.</param>
    /// <returns>Rising, each once: what is to be read of the student.</returns>
    public static IReadOnlyList<int> StudentLayers(IReadOnlyList<int> layers, int teacherLayers, int studentLayers) =>
        [.. layers.Select(layer => StudentLayer(layer, teacherLayers, studentLayers)).Distinct().Order()];

    /// <summary>Sets a student's maps beside a teacher's and measures their distances.</summary>
    /// <param name="teacher">The teacher's maps.</param>
    /// <param name="teacherLayers">How many layers the teacher has.</param>
    /// <param name="shown">The same maps over their pictures, in the same order.</param>
    /// <param name="student">The student's maps of <see cref="StudentLayers"/>.</param>
    /// <param name="studentLayers">How many layers the student has.</param>
    /// <param name="place">Lays one of them over the pictures.</param>
    public static IReadOnlyList<LayerPair> SetBeside(
        IReadOnlyList<TextToVisionMap> teacher,
        int teacherLayers,
        IReadOnlyList<LayerPair> shown,
        IReadOnlyList<TextToVisionMap> student,
        int studentLayers,
        Func<TextToVisionMap, IReadOnlyList<PictureAttention>> place)
    {
        Dictionary<int, TextToVisionMap> maps = student.ToDictionary(map => map.Layer);
        Dictionary<int, LayerMaps> placed = student.ToDictionary(map => map.Layer, map => new LayerMaps(map.Layer, place(map)));
        return
        [
            .. teacher.Zip(shown, (map, own) =>
            {
                int layer = StudentLayer(map.Layer, teacherLayers, studentLayers);
                return own with { Student = placed[layer], Distance = LayerDistance.Of(maps[layer], map) };
            }),
        ];
    }
}
