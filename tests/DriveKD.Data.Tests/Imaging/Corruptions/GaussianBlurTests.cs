using CsCheck;
using DriveKD.Data.Imaging;
using DriveKD.Data.Imaging.Corruptions;

namespace DriveKD.Data.Tests.Imaging.Corruptions;

public sealed class GaussianBlurTests
{
    private static readonly int[] _sizes = [1, 3, 7, 11, 31, 71];

    [Fact]
    public void Apply_AnyPicture_AsTheDoubleSumOfItsKernel() =>
        Gen.Select(Gen.Int[1, 40], Gen.Int[1, 30], Gen.Int[0, 5], Gen.Int[0, 999]).Sample(
            (width, height, index, seed) =>
            {
                int size = _sizes[index];
                RgbImage image = PictureFactory.Noise(width, height, seed);
                RgbImage blurred = GaussianBlur.Apply(image, size);
                int[] kernel = GaussianKernel.Create(size);
                int x = seed % width;
                int y = seed % height;
                for (int channel = 0; channel < 3; channel++)
                {
                    long sum = 0x8000;
                    for (int row = 0; row < size; row++)
                    {
                        for (int column = 0; column < size; column++)
                        {
                            int pixel = (GaussianBlur.Mirror(y + row - (size / 2), height) * width) + GaussianBlur.Mirror(x + column - (size / 2), width);
                            sum += (long)kernel[row] * kernel[column] * image.Pixels[(3 * pixel) + channel];
                        }
                    }

                    Assert.Equal(sum >> 16, blurred.Pixels[(3 * ((y * width) + x)) + channel]);
                }
            },
            iter: 200);

    [Theory]
    [InlineData(-1, 5, 1)]
    [InlineData(-4, 5, 4)]
    [InlineData(5, 5, 3)]
    [InlineData(9, 5, 1)]
    [InlineData(12, 5, 4)]
    [InlineData(-7, 1, 0)]
    [InlineData(3, 2, 1)]
    public void Mirror_OutsideOfTheRow_MirroredWithoutTheOutermost(int position, int size, int expected) =>
        Assert.Equal(expected, GaussianBlur.Mirror(position, size));

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(15)]
    [InlineData(21)]
    [InlineData(51)]
    [InlineData(71)]
    public void Create_Kernel_SymmetricAndSumsTo256(int size)
    {
        int[] kernel = GaussianKernel.Create(size);

        Assert.Equal(256, kernel.Sum());
        Assert.Equal(kernel, kernel.Reverse());
        // The centre takes what rounding left over.
        Assert.InRange(kernel[size / 2], kernel.Max() - 1, kernel.Max());
        Assert.All(kernel, weight => Assert.True(weight >= 0));
    }
}
