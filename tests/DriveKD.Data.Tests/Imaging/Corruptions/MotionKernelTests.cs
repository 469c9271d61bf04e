using CsCheck;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class MotionKernelTests
{
    [Fact]
    public void Taps_LargePicture_HalfAGaussianThatSumsToOne() =>
        Gen.Select(Gen.Int[4, 20], Gen.Double[2, 15], Gen.Double[-135, 45]).Sample((radius, sigma, angle) =>
        {
            MotionKernel kernel = new(200, 200, radius, sigma, angle);
            Assert.Equal((2 * radius) + 1, kernel.Taps.Count);
            Assert.Equal((0, 0), (kernel.Taps[0].Right, kernel.Taps[0].Down));
            Assert.Equal(1, kernel.Taps.Sum(tap => tap.Weight), 12);
            Assert.All(kernel.Taps.Zip(kernel.Taps.Skip(1)), pair => Assert.True(pair.First.Weight > pair.Second.Weight));
        });

    [Fact]
    public void Taps_LevelAngle_EachOnePixelFurtherToTheRight() =>
        Assert.Equal(Enumerable.Range(0, 21), new MotionKernel(100, 100, 10, 3, 0).Taps.Select(tap => tap.Right));

    [Fact]
    public void Taps_ShiftLeavesThePicture_TheLineEnds() =>
        Assert.Equal(5, new MotionKernel(5, 100, 10, 3, 0).Taps.Count);
}
