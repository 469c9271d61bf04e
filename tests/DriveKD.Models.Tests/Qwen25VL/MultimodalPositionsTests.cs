using System.Text.Json;
using DriveKD.Models.Qwen25VL;
using DriveKD.Tests;

namespace DriveKD.Models.Tests.Qwen25VL;

public sealed class MultimodalPositionsTests
{
    [Fact]
    public void Of_ReferenceTable_IsEqual()
    {
        using JsonDocument table = JsonDocument.Parse(File.ReadAllText(TestPaths.Asset("qwen25vl", "rope-index.json")));
        JsonElement about = table.RootElement.GetProperty("about");
        (int start, int slot) = (about.GetProperty("vision_start").GetInt32(), about.GetProperty("image_pad").GetInt32());
        (int rows, int samples) = (0, 0);
        foreach (JsonElement row in table.RootElement.GetProperty("rows").EnumerateArray())
        {
            (int Rows, int Columns)[] grids =
                [.. row.GetProperty("image_grid_thw").EnumerateArray().Select(grid => (grid[1].GetInt32() / 2, grid[2].GetInt32() / 2))];
            JsonElement expected = row.GetProperty("position_ids_thw");
            int picture = 0;
            for (int b = 0; b < row.GetProperty("input_ids").GetArrayLength(); b++)
            {
                int[] ids = Numbers(row.GetProperty("input_ids")[b]);
                int[] real = [.. Numbers(row.GetProperty("attention_mask")[b]).Index().Where(pair => pair.Item == 1).Select(pair => pair.Index)];
                int pictures = ids.Count(id => id == start);
                long[,] positions_3T = MultimodalPositions.Of([.. real.Select(t => ids[t] == slot)], grids[picture..(picture + pictures)]);
                for (int axis = 0; axis < 3; axis++)
                {
                    int[] axisPositions = Numbers(expected[axis][b]);
                    Assert.Equal(real.Select(t => (long)axisPositions[t]), Enumerable.Range(0, real.Length).Select(t => positions_3T[axis, t]));
                }

                // At a decode step the reference adds this to the number of cached tokens, padding counted.
                Assert.Equal(row.GetProperty("rope_deltas")[b].GetInt64(), MultimodalPositions.NextAfter(positions_3T) - ids.Length);
                picture += pictures;
                samples++;
            }

            Assert.Equal(grids.Length, picture);
            rows++;
        }

        Assert.Equal((40, 62), (rows, samples));
    }

    [Fact]
    public void Of_TextAlone_CountsOn()
    {
        long[,] positions_3T = MultimodalPositions.Of([false, false, false], []);

        Assert.Equal(new long[,] { { 0, 1, 2 }, { 0, 1, 2 }, { 0, 1, 2 } }, positions_3T);
        Assert.Equal(3, MultimodalPositions.NextAfter(positions_3T));
    }

    [Fact]
    public void Of_NoToken_StartsAtZero() => Assert.Equal(0, MultimodalPositions.NextAfter(MultimodalPositions.Of([], [])));

    [Fact]
    public void Of_PicturesWithoutTextBetween_AreCutByTheirGrids()
    {
        long[,] positions_3T = MultimodalPositions.Of([false, true, true, true, true, true, false], [(1, 3), (2, 1)]);

        Assert.Equal(
            new long[,]
            {
                { 0, 1, 1, 1, 4, 4, 6 },
                { 0, 1, 1, 1, 4, 5, 6 },
                { 0, 1, 2, 3, 4, 4, 6 },
            },
            positions_3T);
        Assert.Equal(7, MultimodalPositions.NextAfter(positions_3T));
    }

    [Theory]
    [InlineData("-IIII-", 1, 3, 1, "Token 4 is an image slot, but the slots of all 1 pictures stand before it")]
    [InlineData("-II-", 1, 3, 1, "From token 1 on there are 2 image slots, picture 0 of 1 x 3 units needs 3")]
    [InlineData("-III-I", 1, 3, 2, "From token 5 on there are 1 image slots, picture 1 of 1 x 3 units needs 3")]
    [InlineData("-III-", 1, 3, 2, "image slots for 1 pictures, there are 2")]
    [InlineData("-III-", 0, 3, 1, "Picture 0 has 0 x 3 units")]
    public void Of_SlotsAndGridsThatDoNotAddUp_AreRefused(string sequence, int rows, int columns, int pictures, string expected)
    {
        ArgumentException exception = Assert.Throws<ArgumentException>(
            () => MultimodalPositions.Of([.. sequence.Select(token => token == 'I')], [.. Enumerable.Repeat((rows, columns), pictures)]));

        Assert.Contains(expected, exception.Message, StringComparison.Ordinal);
    }

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(number => number.GetInt32())];
}
