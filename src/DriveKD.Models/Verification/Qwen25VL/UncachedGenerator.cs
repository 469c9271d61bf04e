using DriveKD.Models.Generation;
using DriveKD.Models.Layers;
using DriveKD.Models.Qwen25VL;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>Generation that reads the whole sequence again for every token: what the key-value cache must not change.</summary>
/// <remarks>Shapes: B batch, T tokens, R image tokens, C channels, V vocabulary.</remarks>
internal static class UncachedGenerator
{
    /// <summary>Generates without stopping early.</summary>
    /// <param name="model">The model.</param>
    /// <param name="slotId">The id of an image slot.</param>
    /// <param name="prompts">At least one; shorter ones are padded on the left.</param>
    /// <param name="features_RC">The features of all pictures; null without.</param>
    /// <param name="options">How to choose tokens, and how many.</param>
    /// <param name="cancellation">Checked before every step.</param>
    /// <returns>New ids per prompt.</returns>
    public static IReadOnlyList<IReadOnlyList<int>> Generate(
        Qwen25VLModel model,
        int slotId,
        IReadOnlyList<Prompt> prompts,
        Tensor? features_RC,
        GenerationOptions options,
        CancellationToken cancellation)
    {
        BatchRows rows = new(prompts, options);
        using IDisposable noGrad = no_grad();
        RowPositions?[] positions = [.. prompts.Select(prompt => model.PositionsOf(IsImage(prompt, slotId), prompt.Pictures))];
        int longest = prompts.Max(prompt => prompt.TokenIds.Count);
        for (int step = 0; step < options.MaxNewTokens; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using DisposeScope scope = NewDisposeScope();
            IReadOnlyList<IReadOnlyList<int>> generated = Ids(rows);
            int length = longest + step;
            long[,] ids_BT = new long[prompts.Count, length];
            bool[,] isPadding_BT = new bool[prompts.Count, length];
            bool[,] isImage_BT = new bool[prompts.Count, length];
            for (int b = 0; b < prompts.Count; b++)
            {
                int padding = longest - prompts[b].TokenIds.Count;
                bool[] isImage = IsImage(prompts[b], slotId);
                for (int t = 0; t < length; t++)
                {
                    isPadding_BT[b, t] = t < padding;
                    ids_BT[b, t] = t < padding ? 0 : t < longest ? prompts[b].TokenIds[t - padding] : generated[b][t - longest];
                    isImage_BT[b, t] = t >= padding && t < longest && isImage[t - padding];
                }
            }

            Device device = model.Placement.Device;
            Tensor? mask_BT = features_RC is null ? null : tensor(isImage_BT, device: device);
            Tensor embeddings_BTC = model.Embed(tensor(ids_BT, device: device), mask_BT, features_RC);
            Tensor output_BTC = model.Decode(embeddings_BTC, SequencePositions.Of(positions, isPadding_BT, length))!;
            rows.Choose(model.Logits(output_BTC.narrow(1, length - 1, 1).squeeze(1)).to_type(ScalarType.Float32), onToken: null);
        }

        return Ids(rows);
    }

    private static IReadOnlyList<IReadOnlyList<int>> Ids(BatchRows rows) =>
        rows.ToResult(visionSeconds: 0, prefillSeconds: 0, decodeSeconds: 0).TokenIds;

    private static bool[] IsImage(Prompt prompt, int slotId) => [.. prompt.TokenIds.Select(id => id == slotId && prompt.Pictures.Count > 0)];
}
