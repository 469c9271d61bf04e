using DriveKD.Models.InternVL;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.InternVL;

public sealed class ProjectorTests
{
    /// <summary>To the bit: features that are kept and stored are the same however they came.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Project_RowsOfTiles_AreWhatTheTilesGive(int tiles)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        using InternVLModel model = TestModels.Create(TestModels.Small, seed: 5);
        Tensor patches_NPD = model.EncodePatches(TestModels.Pixels(tiles));

        Tensor rows_RC = model.Project(patches_NPD.flatten(0, 1));

        Assert.True(rows_RC.equal(model.ProjectTiles(patches_NPD).flatten(0, 1)).all().item<bool>());
    }
}
