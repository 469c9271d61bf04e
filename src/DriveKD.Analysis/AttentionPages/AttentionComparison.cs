using DriveKD.Models.Generation.Attention;

namespace DriveKD.Analysis.AttentionPages;

/// <summary>Puts two models' maps beside each other.</summary>
public static class AttentionComparison
{
    /// <summary>The student's layers that stand beside the teacher's.</summary>
    /// <param name="layers">The teacher's, from 1.</param>
    /// <param name="teacherLayers">How many the teacher has.</param>
    /// <param name="studentLayers">How many the student has.</param>
    /// <returns>Rising, each once: what is to be read of the student.</returns>
    public static IReadOnlyList<int> StudentLayers(IReadOnlyList<int> layers, int teacherLayers, int studentLayers) =>
        [.. layers.Select(layer => RelativeDepth.Match(layer, teacherLayers, studentLayers)).Distinct().Order()];

    /// <summary>Pairs layers and measures their distances.</summary>
    /// <param name="teacher">The teacher's maps.</param>
    /// <param name="teacherLayers">How many layers the teacher has.</param>
    /// <param name="placeTeacher">Gives every picture the weights of its tokens.</param>
    /// <param name="student">The student's maps of <see cref="StudentLayers"/>; null without a student.</param>
    /// <param name="studentLayers">How many layers the student has.</param>
    /// <param name="placeStudent">The same for the student.</param>
    public static IReadOnlyList<LayerPair> Pair(
        IReadOnlyList<TextToVisionMap> teacher,
        int teacherLayers,
        Func<TextToVisionMap, IReadOnlyList<PictureAttention>> placeTeacher,
        IReadOnlyList<TextToVisionMap>? student = null,
        int studentLayers = 0,
        Func<TextToVisionMap, IReadOnlyList<PictureAttention>>? placeStudent = null)
    {
        Dictionary<int, TextToVisionMap> others = student?.ToDictionary(map => map.Layer) ?? [];
        return [.. teacher.Select(map =>
        {
            LayerMaps own = new(map.Layer, placeTeacher(map));
            if (student is null)
            {
                return new LayerPair(own, null, null);
            }

            TextToVisionMap other = others[RelativeDepth.Match(map.Layer, teacherLayers, studentLayers)];
            return new LayerPair(own, new LayerMaps(other.Layer, placeStudent!(other)), LayerDistance.Of(other, map));
        })];
    }
}
