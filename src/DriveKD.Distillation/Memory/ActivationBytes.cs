using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;

namespace DriveKD.Distillation.Memory;

/// <summary>
/// What one forward pass keeps in memory, in bytes, counted from the layers as they are written (Models/Layers and the families' towers): a
/// tensor is kept because a backward pass will read it, or because the layer's dispose scope is still open.
/// </summary>
/// <remarks>
/// Letters: b bytes of a number in the model's dtype; T tokens, C channels, H heads of D channels, I channels inside the MLP; P tokens of
/// a picture. Everything is for one sample.
/// </remarks>
internal static class ActivationBytes
{
    private const double Wide = sizeof(float);

    // Six of HeadMeanAttention's blocks, and what is left of them between operations.
    private const double MapBlocks = 16 << 20;

    /// <summary>
    /// Kept by a decoder layer for the backward pass: T (2 (4 + 2b) C + 4b H D + 4b I), that is per norm its float32 input, the scaled and
    /// the weighted output, then queries, repeated keys and values and the context, and four tensors of the MLP. What only the gradient of a
    /// frozen matrix would read is not kept.
    /// </summary>
    public static double DecoderLayer(LanguageModelConfig language, double tokens, double b, TrainedCounts trained)
    {
        double normed = (trained.HasNorms ? 2 * b : 0) + (trained.HasAttention ? b : 0) + (trained.HasMlp ? b : 0);
        double channels = ((2 * Wide) + normed) * language.HiddenSize;
        double attention = 4 * b * AttentionWidth(language);
        double mlp = (trained.HasMlp ? 4 : 3) * b * language.IntermediateSize;
        return tokens * (channels + attention + mlp);
    }

    /// <summary>
    /// Kept by a tapped attention map: the mean map 4 T^2 alone, and on short sequences in float32 the weights of all heads too, (4 H + 1) T^2.
    /// </summary>
    public static double TappedMap(LanguageModelConfig language, double tokens, double b) =>
        tokens * tokens * (Wide + (IsFormed(tokens, b) ? (language.Heads * Wide) + 1 : 0));

    /// <summary>
    /// Of one decoder layer while it is computed, forward or backward: T (10b C + 8b H D + 6b I).
    /// </summary>
    public static double DecoderWork(LanguageModelConfig language, double tokens, double b) =>
        tokens * b * ((10.0 * language.HiddenSize) + (8.0 * AttentionWidth(language)) + (6.0 * language.IntermediateSize));

    /// <summary>
    /// Of one tapped map while it is computed. Formed at once: scores, scaled and masked scores forward, four tensors of that size backward, 16 H T^2,
    /// and 12 without a backward pass. Block after block: a few blocks, and backward the queries' and keys' gradients in float32, 8 T H D.
    /// </summary>
    public static double MapWork(LanguageModelConfig language, double tokens, double b, bool isTrained) => IsFormed(tokens, b)
        ? (isTrained ? 16.0 : 12.0) * language.Heads * tokens * tokens
        : MapBlocks + (isTrained ? 2 * Wide * tokens * AttentionWidth(language) : 0);

    /// <summary>Of one block of the vision tower while it is computed: N P (14b C + M b I), M the matrices of its MLP, and the pixels in the model's dtype.</summary>
    public static double VisionWork(ModelConfig model, double pictures, double pictureTokens, double b)
    {
        TowerShape tower = model.Tower;
        double patches = tower.PatchesOf(pictureTokens);
        double block = patches * b * ((14.0 * tower.Width) + ((double)tower.MlpMatrices * tower.Intermediate));
        return pictures * (block + (b * tower.ValuesOf(pictureTokens)));
    }

    /// <summary>Kept by the whole tower where it is trained: per block N P (10b C + M b I).</summary>
    public static double VisionKept(ModelConfig model, double pictures, double pictureTokens, double b)
    {
        TowerShape tower = model.Tower;
        double patches = tower.PatchesOf(pictureTokens);
        return pictures * patches * b * tower.Layers * ((10.0 * tower.Width) + ((double)tower.MlpMatrices * tower.Intermediate));
    }

    private static bool IsFormed(double tokens, double b) => b == Wide && tokens <= TappedMaps.MostTokensFormed;

    private static double AttentionWidth(LanguageModelConfig language) => (double)language.Heads * language.HeadSize;
}
