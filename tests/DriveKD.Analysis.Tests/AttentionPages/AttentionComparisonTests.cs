using DriveKD.Analysis.AttentionPages;
using DriveKD.Models.Generation.Attention;

namespace DriveKD.Analysis.Tests.AttentionPages;

public sealed class AttentionComparisonTests
{
    [Theory]
    [InlineData(1, 28, 24, 1)]
    [InlineData(28, 28, 24, 24)]
    [InlineData(3, 6, 4, 2)]
    [InlineData(4, 6, 4, 3)]
    [InlineData(2, 3, 4, 3)]
    [InlineData(3, 4, 1, 1)]
    [InlineData(17, 36, 36, 17)]
    public void StudentLayer_TeacherLayer_IsTheOneAtTheSameDepth(int layer, int layers, int others, int expected) =>
        Assert.Equal(expected, AttentionComparison.StudentLayer(layer, layers, others));

    [Fact]
    public void SetBeside_FewerStudentLayers_PairsByDepthAndMeasuresEach()
    {
        TextToVisionMap[] teacher = [.. Enumerable.Range(1, 6).Select(layer => new TextToVisionMap(layer, 1, [layer, 1f], [layer, 1f]))];
        Assert.Equal([1, 2, 3, 4], AttentionComparison.StudentLayers([1, 2, 3, 4, 5, 6], 6, 4));
        TextToVisionMap[] student = [.. Enumerable.Range(1, 4).Select(layer => new TextToVisionMap(layer, 1, [layer, 1f], [layer, 1f]))];

        IReadOnlyList<LayerPair> pairs = AttentionComparison.SetBeside(
            teacher, 6, [.. teacher.Select(map => new LayerPair(new LayerMaps(map.Layer, []), null, null))], student, 4, _ => []);

        Assert.Equal([1, 2, 2, 3, 3, 4], pairs.Select(pair => pair.Student!.Layer));
        Assert.Equal([1, 2, 3, 4, 5, 6], pairs.Select(pair => pair.Teacher.Layer));
        Assert.All(pairs, pair => Assert.Equal(Math.Pow(pair.Teacher.Layer - pair.Student!.Layer, 2) / 2, pair.Distance!.MeanSquared, 1e-6));
    }
}
