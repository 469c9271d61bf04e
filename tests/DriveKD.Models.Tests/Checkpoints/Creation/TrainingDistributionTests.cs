using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Checkpoints.Inspection;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Checkpoints.Creation;

public sealed class TrainingDistributionTests
{
    [Theory]
    [InlineData("world-teacher", 7, 64)]
    [InlineData("world-student", 6, 48)]
    public void Create_WorldPresetForTraining_HasTheInitialValues(string preset, int layers, int width)
    {
        using IDisposable scope = NewDisposeScope();
        using TemporaryFolder folder = new();
        InternVLConfig config = (InternVLConfig)ModelCreator.Create(new ModelCreatorOptions
        {
            Preset = ModelFamilies.FindPreset(preset),
            Folder = folder["m"],
            Seed = 3,
            TrainedTokenizer = TokenizerTrainer.Train(["what is the car ahead doing ?"]),
            Initial = InitialValues.Training,
        });

        CheckpointReport report = CheckpointInspector.Inspect(folder["m"]);
        Assert.Empty(report.Faults);
        Assert.Equal(preset, report.Shape);
        Assert.Equal((36, 256, 1, false), (config.TokensPerTile, config.ShuffledSize, config.MaxTiles, config.UsesThumbnail));
        Assert.Equal((RopeScalingKind.None, 1e4), (report.Config.Language.RopeScaling, report.Config.Language.RopeTheta));
        Assert.Equal(config.Language.VocabularySize, report.Config.Language.VocabularySize);
        IReadOnlyDictionary<string, Tensor> weights = Goldens.Load(folder["m"]);
        Constant("vision_model.encoder.layers.0.ls1", 1);
        Constant("vision_model.encoder.layers.2.norm2.weight", 1);
        Constant("vision_model.encoder.layers.1.attn.qkv.bias", 0);
        Constant("vision_model.embeddings.class_embedding", 0);
        Constant("language_model.model.layers.0.self_attn.q_proj.bias", 0);
        Constant("language_model.model.norm.weight", 1);
        Deviation(InternVLFamily.Instance.Names.Embedding, 0.4);
        Deviation("vision_model.embeddings.position_embedding", 0.02);
        Deviation("vision_model.embeddings.patch_embedding.weight", 0.7 / Math.Sqrt(147));
        Deviation("vision_model.encoder.layers.0.mlp.fc2.weight", 0.7 / Math.Sqrt(192));
        Deviation("mlp1.1.weight", 0.7 / 16);
        Deviation(InternVLFamily.Instance.Names.Head, 0.7 / Math.Sqrt(width));
        Deviation($"language_model.model.layers.{layers - 1}.self_attn.k_proj.weight", 0.7 / Math.Sqrt(width));
        Deviation("language_model.model.layers.0.self_attn.o_proj.weight", 0.7 / Math.Sqrt(width * 2 * layers));

        void Constant(string name, float value) => Assert.True(weights[name].eq(value).all().ToBoolean(), name);

        // Within a tenth: the smallest of these tensors has 1,152 values, and their deviation an error of 2 %.
        void Deviation(string name, double expected) => Assert.InRange(weights[name].std().ToSingle() / expected, 0.9, 1.1);
    }
}
