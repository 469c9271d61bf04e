using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Tests.Support;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.InternVL;

public sealed class ProjectorTests
{
    /// <summary>To the bit: features that are kept and stored are the same however they came.</summary>
    [Fact]
    public void Project_RowsOfTiles_AreWhatTheTilesGive()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        // Wide enough that libtorch rounds rows otherwise than tiles.
        using InternVLModel model = TestModels.Create((InternVLConfig)ModelFamilies.FindPreset("small").Config, seed: 5);
        foreach (int tiles in (int[])[1, 2, 5])
        {
            Tensor patches_NPD = randn([tiles, 256, model.Config.ProjectorInputs], generator: new Generator(3));

            Tensor rows_RC = model.Project(patches_NPD.flatten(0, 1));

            Assert.True(rows_RC.equal(model.ProjectTiles(patches_NPD).flatten(0, 1)).all().item<bool>(), $"{tiles} tiles");
        }
    }
}
