using DriveKD.Models.InternVL;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Batching;

/// <summary>
/// Samples of different lengths in one forward pass: zeros behind the shorter ones. Under a causal mask no token sees what follows it,
/// so a padded sample computes what it computes alone, the fused attention kernels stay in use, and padding gets no gradient.
/// </summary>
/// <remarks>Shapes: B samples, T tokens of the longest, C channels.</remarks>
internal static class BatchEmbedding
{
    /// <summary>The embeddings of all samples: [B, T, C], with gradient history where the model has any.</summary>
    /// <param name="model">A model.</param>
    /// <param name="samples">At least one, on the model's device.</param>
    public static Tensor Embed(InternVLModel model, IReadOnlyList<SampleTensors> samples)
    {
        using DisposeScope scope = NewDisposeScope();
        int longest = samples.Max(sample => sample.Length);
        Tensor[] rows_1TC = [.. samples.Select(sample => Lengthen(sample.Embed(model), longest))];
        return (rows_1TC.Length == 1 ? rows_1TC[0] : cat(rows_1TC, 0)).MoveToOuterDisposeScope();
    }

    private static Tensor Lengthen(Tensor row_1TC, int length)
    {
        long missing = length - row_1TC.shape[1];
        return missing == 0 ? row_1TC : cat([row_1TC, zeros([1, missing, row_1TC.shape[2]], row_1TC.dtype, row_1TC.device)], 1);
    }
}
