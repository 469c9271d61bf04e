using DriveKD.Models.Layers;

namespace DriveKD.Models.Families;

/// <summary>The parameters of a Qwen2 decoder, which families share.</summary>
internal static class LanguageTensors
{
    /// <summary>Adds embedding, layers, final norm and head.</summary>
    /// <param name="tensors">Gets them.</param>
    /// <param name="language">The decoder's shape.</param>
    /// <param name="names">The family's names.</param>
    /// <param name="hasHead">False where the head is the embedding.</param>
    public static void Add(List<ExpectedTensor> tensors, LanguageModelConfig language, ParameterNames names, bool hasHead)
    {
        long hidden = language.HiddenSize;
        long inner = language.IntermediateSize;
        long queries = (long)language.Heads * language.HeadSize;
        long keys = (long)language.KeyValueHeads * language.HeadSize;
        void Of(string name, params long[] shape) => tensors.Add(new ExpectedTensor(names.Decoder + name, shape, ModelPart.LanguageLayers));

        tensors.Add(new ExpectedTensor(names.Embedding, [language.VocabularySize, hidden], ModelPart.Embedding));
        for (int j = 0; j < language.Layers; j++)
        {
            string layer = $"layers.{j}.";
            Of(layer + "self_attn.q_proj.weight", queries, hidden);
            Of(layer + "self_attn.q_proj.bias", queries);
            Of(layer + "self_attn.k_proj.weight", keys, hidden);
            Of(layer + "self_attn.k_proj.bias", keys);
            Of(layer + "self_attn.v_proj.weight", keys, hidden);
            Of(layer + "self_attn.v_proj.bias", keys);
            Of(layer + "self_attn.o_proj.weight", hidden, queries);
            Of(layer + "mlp.gate_proj.weight", inner, hidden);
            Of(layer + "mlp.up_proj.weight", inner, hidden);
            Of(layer + "mlp.down_proj.weight", hidden, inner);
            Of(layer + "input_layernorm.weight", hidden);
            Of(layer + "post_attention_layernorm.weight", hidden);
        }

        Of("norm.weight", hidden);
        if (hasHead)
        {
            tensors.Add(new ExpectedTensor(names.Head, [language.VocabularySize, hidden], ModelPart.Head));
        }
    }
}
