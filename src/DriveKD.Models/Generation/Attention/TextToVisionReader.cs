using DriveKD.Data.Imaging;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Generation.Attention;

/// <summary>
/// Reads how much attention text tokens pay to image tokens, in as many decoder layers as are wanted by one pass. What stands before the
/// first of those text tokens goes through the decoder by fused attention into a cache; only the rows from there on are formed, so that a
/// prompt of many tiles needs no T x T map.
/// </summary>
/// <remarks>Shapes: B batch (1), T tokens, R rows from the first wanted one on, W wanted rows, S keys, V image tokens, I image tokens, C channels.</remarks>
internal sealed class TextToVisionReader
{
    private readonly VisionLanguageModel _model;
    private readonly int _imageTokenId;

    /// <param name="model">The model.</param>
    /// <param name="imageTokenId">The id that marks image slots.</param>
    public TextToVisionReader(VisionLanguageModel model, int imageTokenId) => (_model, _imageTokenId) = (model, imageTokenId);

    /// <summary>Mean over heads of the weights on every image token.</summary>
    /// <param name="ids">Prompt and answer.</param>
    /// <param name="pictures">How the pictures stand in it.</param>
    /// <param name="features_RC">Features of all pictures.</param>
    /// <param name="rows">Ascending positions behind the last picture, at least one.</param>
    /// <param name="layers">The layers, from 1, each once.</param>
    /// <returns>One map for each layer, in their order.</returns>
    public IReadOnlyList<TextToVisionMap> Read(
        IReadOnlyList<int> ids, IReadOnlyList<PictureLayout> pictures, Tensor features_RC, IReadOnlyList<int> rows, IReadOnlyList<int> layers)
    {
        int first = rows[0];
        int count = rows[^1] + 1;
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using KeyValueCache cache = _model.CreateCache(batch: 1, count);
        RowPositions? positions = _model.PositionsOf([.. ids.Select(id => id == _imageTokenId)], pictures);
        Tensor? unused = Decode(ids, positions, 0, first, features_RC, cache, probe: null);
        unused?.Dispose();

        using Probe probe = new(new ProbeRequest { AttentionLayers = layers.Select(layer => layer - 1).ToHashSet() });
        Decode(ids, positions, first, count - first, null, cache, probe);
        Tensor wanted_W = tensor(rows.Select(row => (long)row - first).ToArray(), device: _model.Placement.Device);
        Tensor slots_V = tensor(Enumerable.Range(0, first).Where(key => ids[key] == _imageTokenId).Select(key => (long)key).ToArray(), device: _model.Placement.Device);
        return [.. layers.Select(layer => Take(probe.Attention[layer - 1], wanted_W, slots_V, layer))];
    }

    private static TextToVisionMap Take(Tensor map_BRS, Tensor wanted_W, Tensor slots_V, int layer)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor rows_WS = map_BRS.squeeze(0).index_select(0, wanted_W);
        Tensor weights_WV = rows_WS.index_select(1, slots_V).cpu();
        Tensor mean_V = rows_WS.mean([0]).index_select(0, slots_V).cpu();
        return new TextToVisionMap(layer, (int)wanted_W.shape[0], weights_WV.data<float>().ToArray(), mean_V.data<float>().ToArray());
    }

    private Tensor? Decode(
        IReadOnlyList<int> ids, RowPositions? positions, int start, int count, Tensor? features_RC, KeyValueCache cache, Probe? probe)
    {
        using DisposeScope scope = NewDisposeScope();
        long[] part = [.. ids.Skip(start).Take(count).Select(id => (long)id)];
        Tensor ids_BT = tensor(part, device: _model.Placement.Device).unsqueeze(0);
        Tensor? mask_BT = features_RC is null ? null : ids_BT.eq(Scalars.Of((long)_imageTokenId));
        Tensor embeddings_BTC = _model.Embed(ids_BT, mask_BT, features_RC);
        Tensor? hidden_BTC = _model.Decode(embeddings_BTC, SequencePositions.Of([positions], count, start), cache, probe);
        return hidden_BTC?.MoveToOuterDisposeScope();
    }
}
