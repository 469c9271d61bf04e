using CsCheck;
using DriveKD.Data.Imaging;

namespace DriveKD.Data.Tests.Imaging;

public sealed class BicubicResizerTests
{
    [Fact]
    public void Resize_AnySizes_EqualsTheStraightforwardReference()
    {
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int).Sample(
            (width, height, newWidth, newHeight, seed) =>
            {
                RgbImage image = PictureFactory.Noise(width, height, seed);
                Assert.Equal(Reference(image, newWidth, newHeight), BicubicResizer.Resize(image, newWidth, newHeight).Pixels);
            },
            iter: 400);
    }

    [Theory]
    [InlineData(1600, 900, 448, 448)]
    [InlineData(1600, 900, 1792, 896)]
    [InlineData(5, 3000, 112, 7)]
    [InlineData(3000, 5, 7, 112)]
    [InlineData(1000, 1, 1, 500)]
    [InlineData(448, 901, 448, 448)]
    [InlineData(901, 448, 448, 448)]
    public void Resize_LargeSizes_EqualsTheStraightforwardReference(int width, int height, int newWidth, int newHeight)
    {
        RgbImage image = PictureFactory.Noise(width, height, 7);
        RgbImage resized = BicubicResizer.Resize(image, newWidth, newHeight);
        Assert.Equal((newWidth, newHeight), (resized.Width, resized.Height));
        Assert.Equal(Reference(image, newWidth, newHeight), resized.Pixels);
    }

    [Fact]
    public void Resize_SameSize_IsTheSameObject()
    {
        RgbImage image = PictureFactory.Noise(31, 17, 1);
        Assert.Same(image, BicubicResizer.Resize(image, 31, 17));
    }

    [Fact]
    public void Resize_ConstantPicture_StaysConstant()
    {
        Gen.Select(Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 60], Gen.Int[1, 60], Gen.Byte).Sample(
            (width, height, newWidth, newHeight, value) =>
            {
                byte[] pixels = new byte[3 * width * height];
                Array.Fill(pixels, value);
                RgbImage resized = BicubicResizer.Resize(new RgbImage(width, height, pixels), newWidth, newHeight);
                Assert.All(resized.Pixels, pixel => Assert.Equal(value, pixel));
            },
            iter: 300);
    }

    [Fact]
    public void Resize_Mirrored_GivesTheMirroredResult()
    {
        RgbImage image = PictureFactory.Noise(53, 29, 3);
        RgbImage mirroredFirst = BicubicResizer.Resize(ExifOrientation.Apply(image, 2), 21, 40);
        RgbImage mirroredLast = ExifOrientation.Apply(BicubicResizer.Resize(image, 21, 40), 2);
        int worst = mirroredFirst.Pixels.Zip(mirroredLast.Pixels, (a, b) => Math.Abs(a - b)).Max();
        Assert.InRange(worst, 0, 1);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(-1, 5)]
    [InlineData(50_000, 50_000)]
    public void Resize_ImpossibleSize_Throws(int width, int height) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => BicubicResizer.Resize(PictureFactory.Noise(2, 2, 0), width, height));

    // The recipe of golden/images/README.md word for word: one pixel, one channel, one tap at a time.
    private static byte[] Reference(RgbImage image, int newWidth, int newHeight)
    {
        byte[] wide = newWidth == image.Width
            ? image.Pixels
            : Axis(image.Pixels, image.Width, newWidth, image.Height, stepAlong: 3, stepAcross: 3 * image.Width, newStepAlong: 3, newStepAcross: 3 * newWidth);
        return newHeight == image.Height
            ? wide
            : Axis(wide, image.Height, newHeight, newWidth, stepAlong: 3 * newWidth, stepAcross: 3, newStepAlong: 3 * newWidth, newStepAcross: 3);
    }

    private static byte[] Axis(byte[] source, int length, int newLength, int lines, int stepAlong, int stepAcross, int newStepAlong, int newStepAcross)
    {
        byte[] target = new byte[3 * newLength * lines];
        double scale = (double)length / newLength;
        double s = Math.Max(scale, 1);
        double support = 2 * s;
        for (int i = 0; i < newLength; i++)
        {
            double centre = (i + 0.5) * scale;
            int first = Math.Max((int)Math.Truncate(centre - support + 0.5), 0);
            int end = Math.Min((int)Math.Truncate(centre + support + 0.5), length);
            double[] weights = [.. Enumerable.Range(first, end - first).Select(j => Cubic((j - centre + 0.5) / s))];
            double sum = weights.Sum();
            long[] integers = [.. weights.Select(w => (long)Math.Round(w / sum * (1 << 22), MidpointRounding.AwayFromZero))];
            for (int line = 0; line < lines; line++)
            {
                for (int channel = 0; channel < 3; channel++)
                {
                    long total = 1 << 21;
                    for (int j = first; j < end; j++)
                    {
                        total += integers[j - first] * source[(j * stepAlong) + (line * stepAcross) + channel];
                    }

                    target[(i * newStepAlong) + (line * newStepAcross) + channel] = (byte)Math.Clamp(total >> 22, 0, 255);
                }
            }
        }

        return target;
    }

    private static double Cubic(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return x < 1 ? ((((A + 2) * x) - (A + 3)) * x * x) + 1 : x < 2 ? ((((x - 5) * x) + 8) * x - 4) * A : 0;
    }
}
