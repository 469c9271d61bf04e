using DriveKD.Data.Errors;
using DriveKD.Models.Kernels;
using DriveKD.Models.Measurement.Decoding;

namespace DriveKD.Models.Tests.Measurement;

public sealed class DecodeMeasurementTests
{
    [Fact]
    public void Run_SmallShape_GivesEveryFigure()
    {
        DecodeFigures figures = DecodeMeasurement.Run(new DecodeSettings
        {
            Shape = "tiny",
            Precisions = ["bfloat16", "float32"],
            Rounds = 2,
            PromptTokens = 5,
            NewTokens = 3,
            BufferBytes = 1 << 20,
        });

        Assert.Equal(("tiny", KernelPaths.Supported[^1]), (figures.Shape, figures.Instructions));
        Assert.True(figures.Bandwidth.Minimum > 0);
        Assert.Equal(15, figures.Products.Count);
        Assert.All(figures.Products, product =>
        {
            Assert.Equal(2, product.Kernels.Count);
            Assert.True(product.Kernels.Minimum > 0 && product.Share.Minimum > 0);
            Assert.Equal(product.Format == "int8", product.Libtorch is null);
        });
        Assert.Equal(["bfloat16", "bfloat16 + int8", "float32", "float32 + int8"], figures.Steps.Select(step => step.Format));
        Assert.All(figures.Steps, step => Assert.True(step.Kernels.Minimum > 0 && step.Share.Minimum > 0));

        // The four layers' matrices, the head, and the keys and values of six tokens.
        long matrices = 4 * ((2L * 64 * 64) + (2 * 64 * 32) + (3 * 64 * 128));
        Assert.Equal(2 * (matrices + (151674L * 64) + (6 * 2 * 4 * 32)), figures.Steps[0].Bytes);
        Assert.True(figures.Steps[1].Bytes < figures.Steps[0].Bytes);
    }

    [Fact]
    public void Run_SettingsOutOfRange_AreRefusedTogether()
    {
        InputException exception = Assert.Throws<InputException>(() => DecodeMeasurement.Run(new DecodeSettings { Rounds = 0, NewTokens = 0, BufferBytes = 5 }));

        Assert.Equal(["rounds", "new-tokens", "buffer-bytes"], exception.Problems.Select(problem => problem.Where));
    }
}
