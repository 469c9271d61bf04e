using CsCheck;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class ZoomAxisTests
{
    [Fact]
    public void ZoomAxis_RoundingBeyondTheLastSample_ZeroOnlyWhereTheReferenceHasIt()
    {
        Assert.Equal(-1, new ZoomAxis(320, 2.5, isCut: true).First[319]);
        Assert.DoesNotContain(-1, new ZoomAxis(320, 2.5, isCut: true).First[..319].ToArray());
        foreach (int size in (int[])[1600, 900, 448])
        {
            foreach (double zoom in (double[])[2, 2.5, 3, 4, 4.5])
            {
                Assert.DoesNotContain(-1, new ZoomAxis(size, zoom, isCut: true).First.ToArray());
            }
        }
    }

    [Fact]
    public void ZoomAxis_NoZoom_EverySampleItself()
    {
        ZoomAxis axis = new(7, 1, isCut: true);

        Assert.Equal([0, 1, 2, 3, 4, 5, 6], axis.First.ToArray());
        Assert.All(axis.Part.ToArray(), part => Assert.Equal(0, part));
    }

    [Fact]
    public void ZoomAxis_AnySizeAndZoom_SamplesOfTheMiddleInOrder() =>
        Gen.Select(Gen.Int[1, 500], Gen.Double[1, 5], Gen.Bool).Sample((size, zoom, isCut) =>
        {
            ZoomAxis axis = new(size, zoom, isCut);
            Assert.True(axis.First.Length >= size);
            Assert.InRange(axis.Last, 0, size - 1);
            int last = -1;
            foreach (int first in axis.First)
            {
                if (first >= 0)
                {
                    Assert.InRange(first, Math.Max(last, 0), axis.Last);
                    last = first;
                }
            }
        });
}
