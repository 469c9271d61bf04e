using DriveKD.Data.Errors;
using DriveKD.Models.Families;

namespace DriveKD.Models.InternVL;

/// <summary>Every parameter that an InternVL config implies, by canonical name.</summary>
public static class InternVLTensors
{
    /// <summary>More layers than any model has: a config that claims more is damaged.</summary>
    private const int MaxLayers = 10_000;

    /// <summary>All parameters: tower, projector, decoder, head.</summary>
    /// <param name="config">The model's shape.</param>
    /// <param name="hasHead">False for a model whose head is the embedding.</param>
    /// <exception cref="InputException">The config's sizes are beyond any model.</exception>
    public static IReadOnlyList<ExpectedTensor> Expected(InternVLConfig config, bool hasHead = true)
    {
        if (config.Vision.Layers > MaxLayers || config.Language.Layers > MaxLayers)
        {
            throw new InputException(
                ModelConfigReader.FileName, $"names {config.Vision.Layers} vision and {config.Language.Layers} language layers; at most {MaxLayers} are expected.");
        }

        List<ExpectedTensor> tensors = [];
        AddVisionTower(tensors, config.Vision);
        AddProjector(tensors, config);
        LanguageTensors.Add(tensors, config.Language, InternVLFamily.Instance.Names, hasHead);
        return tensors;
    }

    private static void AddVisionTower(List<ExpectedTensor> tensors, VisionTowerConfig vision)
    {
        long width = vision.HiddenSize;
        long inner = vision.IntermediateSize;
        void Add(string name, params long[] shape) => tensors.Add(new ExpectedTensor("vision_model." + name, shape, ModelPart.VisionTower));

        Add("embeddings.class_embedding", 1, 1, width);
        Add("embeddings.position_embedding", 1, ((long)vision.GridSize * vision.GridSize) + 1, width);
        Add("embeddings.patch_embedding.weight", width, 3, vision.PatchSize, vision.PatchSize);
        Add("embeddings.patch_embedding.bias", width);
        for (int i = 0; i < vision.Layers; i++)
        {
            string layer = $"encoder.layers.{i}.";
            Add(layer + "attn.qkv.weight", 3 * width, width);
            if (vision.HasQkvBias)
            {
                Add(layer + "attn.qkv.bias", 3 * width);
            }

            if (vision.HasQkNorm)
            {
                Add(layer + "attn.q_norm.weight", width);
                Add(layer + "attn.k_norm.weight", width);
            }

            Add(layer + "attn.proj.weight", width, width);
            Add(layer + "attn.proj.bias", width);
            Add(layer + "mlp.fc1.weight", inner, width);
            Add(layer + "mlp.fc1.bias", inner);
            Add(layer + "mlp.fc2.weight", width, inner);
            Add(layer + "mlp.fc2.bias", width);
            foreach (string norm in (string[])["norm1", "norm2"])
            {
                Add(layer + norm + ".weight", width);
                if (vision.Norm == NormKind.LayerNorm)
                {
                    Add(layer + norm + ".bias", width);
                }
            }

            Add(layer + "ls1", width);
            Add(layer + "ls2", width);
        }
    }

    private static void AddProjector(List<ExpectedTensor> tensors, InternVLConfig config)
    {
        long hidden = config.Language.HiddenSize;
        void Add(string name, params long[] shape) => tensors.Add(new ExpectedTensor("mlp1." + name, shape, ModelPart.Projector));

        Add("0.weight", config.ShuffledSize);
        Add("0.bias", config.ShuffledSize);
        Add("1.weight", hidden, config.ShuffledSize);
        Add("1.bias", hidden);
        Add("3.weight", hidden, hidden);
        Add("3.bias", hidden);
    }
}
