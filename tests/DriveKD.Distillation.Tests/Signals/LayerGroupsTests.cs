using System.Text.Json;
using DriveKD.Distillation.Signals;

namespace DriveKD.Distillation.Tests.Signals;

public class LayerGroupsTests
{
    [Fact]
    public void Match_EveryPairOfTheReferenceTable_GivesItsWindows()
    {
        using JsonDocument table = TrainerGoldens.Json("layer_mapping.json");
        int rows = 0;
        foreach (JsonElement row in table.RootElement.GetProperty("rows").EnumerateArray())
        {
            int[] numbers = [.. row.EnumerateArray().Select(number => number.GetInt32())];
            (IReadOnlyList<int> first, int size) = LayerGroups.Match(numbers[0] - 1, numbers[1] - 1);
            Assert.Equal(numbers[2], size);
            Assert.Equal(numbers[3..], first);
            rows++;
        }

        Assert.Equal(47 * 79, rows);
    }

    [Theory]
    [InlineData(23, 27, 5, 0, 22)]
    [InlineData(27, 27, 1, 0, 26)]
    [InlineData(6, 3, 1, 0, 2)]
    public void Match_PaperSizes_SlidesTheWindowAndEndsAtTheLastTeacherLayer(int student, int teacher, int size, int firstStart, int lastStart)
    {
        (IReadOnlyList<int> first, int windowSize) = LayerGroups.Match(student, teacher);
        Assert.Equal(student, first.Count);
        Assert.Equal((size, firstStart, lastStart), (windowSize, first[0], first[^1]));
        Assert.All(first, start => Assert.InRange(start + windowSize, 1, teacher));
    }

    [Theory]
    [InlineData(0, 3)]
    [InlineData(3, 0)]
    public void Match_NoLayers_Throws(int student, int teacher) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => LayerGroups.Match(student, teacher));
}
