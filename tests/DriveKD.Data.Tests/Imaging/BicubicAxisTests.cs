using CsCheck;
using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class BicubicAxisTests
{
    [Fact]
    public void Create_AnyLengths_WeightsSumToOneAndStayInside()
    {
        Gen.Select(Gen.Int[1, 3000], Gen.Int[1, 3000]).Sample(
            (before, after) =>
            {
                BicubicAxis axis = BicubicAxis.Create(before, after);
                Assert.Equal(after, axis.Length);
                for (int output = 0; output < after; output++)
                {
                    ReadOnlySpan<int> weights = axis.Weights(output);
                    int sum = 0;
                    long magnitude = 0;
                    foreach (int weight in weights)
                    {
                        sum += weight;
                        magnitude += Math.Abs(weight);
                    }

                    Assert.InRange(weights.Length, 1, axis.LargestCount);
                    Assert.InRange(axis.First(output), 0, before - weights.Length);
                    Assert.InRange(sum, (1 << BicubicAxis.PrecisionBits) - weights.Length, (1 << BicubicAxis.PrecisionBits) + weights.Length);

                    // 32-bit accumulators hold any sum of bytes.
                    Assert.True((magnitude * byte.MaxValue) + BicubicAxis.Half < int.MaxValue);
                }
            },
            iter: 200);
    }
}
