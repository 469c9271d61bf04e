using DriveKD.Data.Imaging;
using DriveKD.Models.Generation;
using DriveKD.Models.Generation.Attention;

namespace DriveKD.Models.Tests.Generation.Attention;

public sealed class PictureWeightsTests
{
    private static readonly QuestionPicture[] _pictures = [TinyModel.Picture(), TinyModel.Picture(shade: 1)];

    private static readonly PictureLayout[] _layouts =
        [new(new TileGrid(1, 1), HasThumbnail: false, 4, 4), new(new TileGrid(2, 1), HasThumbnail: true, 4, 4)];

    [Fact]
    public void Split_TwoPictures_GivesEachItsOwnTokensInOrder()
    {
        float[] weights = [.. Enumerable.Range(0, 64).Select(i => (float)i)];

        IReadOnlyList<PictureAttention> split = PictureWeights.Split(weights, _pictures, _layouts);

        Assert.Equal(_pictures, split.Select(picture => picture.Picture));
        Assert.Equal(weights[..16], split[0].Weights);
        Assert.Equal(weights[16..], split[1].Weights);
        Assert.Equal(_layouts, split.Select(picture => picture.Layout));
    }

    [Fact]
    public void Split_TransposedGrid_IsTurnedBackTileByTile()
    {
        float[] weights = [.. Enumerable.Range(0, 64).Select(i => (float)i)];
        PictureLayout[] turned = [.. _layouts.Select(layout => layout with { IsColumnByColumn = true })];

        IReadOnlyList<PictureAttention> split = PictureWeights.Split(weights, _pictures, turned);

        // Row 1 of the first picture: its columns' second tokens.
        Assert.Equal([1f, 5f, 9f, 13f], split[0].Weights[4..8]);
        Assert.Equal([32f, 36f, 40f, 44f], split[1].Weights[16..20]);
    }
}
