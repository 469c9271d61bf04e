using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Generation.Attention;

/// <summary>
/// Reads how much attention text tokens pay to image tokens in one decoder layer. What stands before the first of those text
/// tokens goes through the decoder by fused attention into a cache; only the rows that are wanted are formed, so that a prompt
/// of many tiles needs no T x T map.
/// </summary>
/// <remarks>Shapes: B batch (1), T tokens, R rows from the first wanted one on, S keys, N tiles, P tokens per tile, C channels.</remarks>
internal sealed class TextToVisionReader
{
    private readonly InternVLModel _model;
    private readonly int _imageTokenId;

    /// <param name="model">The model.</param>
    /// <param name="imageTokenId">The id that marks image slots.</param>
    public TextToVisionReader(InternVLModel model, int imageTokenId) => (_model, _imageTokenId) = (model, imageTokenId);

    /// <summary>Mean over heads and rows of the weights on every image token, in the prompt's order.</summary>
    /// <param name="ids">Prompt and answer.</param>
    /// <param name="features_NPC">Features of all tiles.</param>
    /// <param name="rows">Ascending positions behind the last picture, at least one.</param>
    /// <param name="layer">The layer, from 0.</param>
    public float[] Read(IReadOnlyList<int> ids, Tensor features_NPC, IReadOnlyList<int> rows, int layer)
    {
        int first = rows[0];
        int count = rows[^1] + 1;
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using KeyValueCache cache = _model.CreateCache(batch: 1, count);
        Tensor? unused = Decode(ids, 0, first, features_NPC, cache, probe: null);
        unused?.Dispose();

        using Probe probe = new(new ProbeRequest { AttentionLayers = new HashSet<int> { layer } });
        Decode(ids, first, count - first, null, cache, probe);
        Tensor map_RS = probe.Attention[layer].squeeze(0);
        using Tensor wanted = tensor(rows.Select(row => (long)row - first).ToArray(), device: map_RS.device);
        Tensor mean_S = map_RS.index_select(0, wanted).mean([0]).cpu();
        float[] weights = mean_S.data<float>().ToArray();
        return [.. Enumerable.Range(0, first).Where(key => ids[key] == _imageTokenId).Select(key => weights[key])];
    }

    private Tensor? Decode(IReadOnlyList<int> ids, int start, int count, Tensor? features_NPC, KeyValueCache cache, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] part = [.. ids.Skip(start).Take(count).Select(id => (long)id)];
        Tensor ids_BT = tensor(part, device: _model.Placement.Device).unsqueeze(0);
        Tensor? mask_BT = features_NPC is null ? null : ids_BT.eq(Scalars.Of((long)_imageTokenId));
        Tensor embeddings_BTC = _model.Embed(ids_BT, mask_BT, features_NPC);
        Tensor? hidden_BTC = _model.Decode(embeddings_BTC, SequencePositions.Consecutive(1, count, start), cache, probe);
        return hidden_BTC?.MoveToOuterDisposeScope();
    }
}
