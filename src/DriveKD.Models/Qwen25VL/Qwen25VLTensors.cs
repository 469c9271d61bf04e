using DriveKD.Models.Families;

namespace DriveKD.Models.Qwen25VL;

/// <summary>Every parameter that a Qwen2.5-VL config implies, by canonical name.</summary>
internal static class Qwen25VLTensors
{
    /// <summary>All parameters: tower, merger, decoder, head.</summary>
    public static IReadOnlyList<ExpectedTensor> Expected(Qwen25VLConfig config, bool hasHead)
    {
        List<ExpectedTensor> tensors = [];
        Qwen25VLVisionConfig vision = config.Vision;
        long width = vision.HiddenSize;
        long inner = vision.IntermediateSize;
        void Tower(string name, params long[] shape) => tensors.Add(new ExpectedTensor("visual." + name, shape, ModelPart.VisionTower));
        void Merger(string name, params long[] shape) => tensors.Add(new ExpectedTensor("visual.merger." + name, shape, ModelPart.Projector));
        void WithBias(string name, long outputs, long inputs)
        {
            Tower(name + ".weight", outputs, inputs);
            Tower(name + ".bias", outputs);
        }

        Tower("patch_embed.proj.weight", width, 3, vision.TemporalPatchSize, vision.PatchSize, vision.PatchSize);
        for (int i = 0; i < vision.Layers; i++)
        {
            string block = $"blocks.{i}.";
            Tower(block + "norm1.weight", width);
            Tower(block + "norm2.weight", width);
            WithBias(block + "attn.qkv", 3 * width, width);
            WithBias(block + "attn.proj", width, width);
            WithBias(block + "mlp.gate_proj", inner, width);
            WithBias(block + "mlp.up_proj", inner, width);
            WithBias(block + "mlp.down_proj", width, inner);
        }

        Merger("ln_q.weight", width);
        Merger("mlp.0.weight", vision.MergedSize, vision.MergedSize);
        Merger("mlp.0.bias", vision.MergedSize);
        Merger("mlp.2.weight", vision.OutputSize, vision.MergedSize);
        Merger("mlp.2.bias", vision.OutputSize);
        LanguageTensors.Add(tensors, config.Language, Qwen25VLFamily.Instance.Names, hasHead);
        return tensors;
    }
}
