using DriveKD.Data.Imaging;
using DriveKD.Pretraining.Labels;
using DriveKD.Pretraining.Tests.Labels;
using DriveKD.Pretraining.Towers;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Pretraining.Tests.Towers;

public sealed class TowerBatchTests
{
    [Fact]
    public void Create_Pixels_AreNormalisedAsForEveryModel()
    {
        using DisposeScope scope = NewDisposeScope();
        ColoredSquares source = new();
        PictureSet set = PictureSet.Create(source, [1, 2, 3], 84, 6, "drawing");

        TowerBatch batch = TowerBatch.Create(set, [2, 0], CPU);

        Assert.Equal([2, 3, 84, 84], batch.Pixels_N3HW.shape);
        float[] expected = new float[3 * 84 * 84];
        PixelNormalization.ImageNet.Write(source.Create(3, 84, 6).Picture, expected);
        Tensor difference = batch.Pixels_N3HW[0].sub(tensor(expected, [3, 84, 84])).abs().max();
        // Values reach 2.6: one unit in the last place of a float there is 2.4e-7.
        Assert.InRange(difference.ToSingle(), 0, 5e-7f);
    }

    [Fact]
    public void Create_EmptyTokens_CountLess()
    {
        using DisposeScope scope = NewDisposeScope();
        PictureSet set = PictureSet.Create(new ColoredSquares(), [1], 84, 6, "drawing");

        TowerBatch batch = TowerBatch.Create(set, [0], CPU);

        float[] weights = [.. batch.Weights_NS.data<float>()];
        Assert.All(set.TokenLabelsOf([0], 0).Zip(weights), pair => Assert.Equal(pair.First == 0 ? 0.15f : 1, pair.Second, 1e-6f));
        Assert.Contains(weights, weight => weight < 1);
    }
}
