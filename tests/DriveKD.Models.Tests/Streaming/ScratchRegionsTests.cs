using DriveKD.Models.Streaming;

namespace DriveKD.Models.Tests.Streaming;

public class ScratchRegionsTests
{
    [Fact]
    public void Take_AndReturn_NeverOverlapAndJoinAgain()
    {
        ScratchRegions regions = new();
        List<(long Offset, long Length)> taken = [];
        Random random = new(5);
        for (int step = 0; step < 2000; step++)
        {
            if (taken.Count > 0 && random.Next(2) == 0)
            {
                int at = random.Next(taken.Count);
                regions.Return(taken[at].Offset, taken[at].Length);
                taken.RemoveAt(at);
                continue;
            }

            long length = 1 + random.Next(100);
            long offset = regions.Take(length);
            Assert.DoesNotContain(taken, other => offset < other.Offset + other.Length && other.Offset < offset + length);
            Assert.True(offset + length <= regions.End);
            taken.Add((offset, length));
        }

        taken.ForEach(region => regions.Return(region.Offset, region.Length));
        long end = regions.End;
        Assert.Equal((0L, end), (regions.Take(end), regions.End));
        Assert.Throws<ArgumentOutOfRangeException>(() => regions.Take(0));
    }
}
