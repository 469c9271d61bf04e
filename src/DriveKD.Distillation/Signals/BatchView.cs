using DriveKD.Distillation.Batching;
using DriveKD.Models.Probing;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>
/// A batch as a forward pass left it: all maps at once for losses that run over the batch, and each sample's own part for those that do not.
/// Owns nothing but the pairs it was asked for.
/// </summary>
/// <remarks>
/// Shapes: B samples, L tokens of the longest, T of one sample, S its supervised positions, C channels, V vocabulary, R samples that are asked
/// for.
/// </remarks>
/// <param name="probe">What was tapped.</param>
/// <param name="batch">The samples.</param>
/// <param name="head_VC">The head of the model that was run; null where nothing asks for it. Left to the caller.</param>
/// <param name="final_BLC">After the final norm; null where the pass ended early.</param>
internal sealed class BatchView(Probe probe, SampleBatch batch, Tensor? head_VC, Tensor? final_BLC) : IDisposable
{
    private readonly Dictionary<(AttentionMapKind Map, string Rows), Tensor> _pairs_RLL = [];

    /// <summary>The samples.</summary>
    public SampleBatch Batch => batch;

    /// <summary>A sample's own part. Its tensors belong to the caller's scope.</summary>
    /// <param name="row">The sample.</param>
    public SampleView Row(int row)
    {
        (int start, int count) = batch.SupervisedOf(row);
        using Tensor mask_1L = batch.ImageMask_BT.narrow(0, row, 1);
        return new SampleView(probe, row, batch.LengthOf(row))
        {
            ImageMask_1T = mask_1L.narrow(1, 0, batch.LengthOf(row)),
            AnswerPositions_S = batch.Positions_S.narrow(0, start, count),
            HeadWeight_VC = head_VC,
            FinalHidden_BLC = final_BLC,
        };
    }

    /// <summary>Head-mean attention maps [R, L, L] of some samples; belong to the caller.</summary>
    /// <param name="layer">The decoder layer, from 0.</param>
    /// <param name="rows">The samples, in rising order.</param>
    public Tensor Attention_RLL(int layer, IReadOnlyList<int> rows)
    {
        Tensor maps_BLL = probe.Attention[layer];
        if (rows.Count == batch.Count)
        {
            return maps_BLL.alias();
        }

        using Tensor places_R = tensor([.. rows.Select(row => (long)row)], ScalarType.Int64, maps_BLL.device);
        return maps_BLL.index_select(0, places_R);
    }

    /// <summary>float32 [R, L, L]: 1 at the pairs of a part of the map that lie within the samples. Stays owned here.</summary>
    /// <param name="map">The part.</param>
    /// <param name="rows">The samples, in rising order.</param>
    public Tensor Pairs_RLL(AttentionMapKind map, IReadOnlyList<int> rows)
    {
        (AttentionMapKind, string) key = (map, string.Join(',', rows));
        if (!_pairs_RLL.TryGetValue(key, out Tensor? pairs_RLL))
        {
            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGrad = no_grad();
            bool[] isImage = new bool[rows.Count * batch.Length];
            bool[] isText = new bool[isImage.Length];
            for (int i = 0; i < rows.Count; i++)
            {
                IReadOnlyList<bool> mask = batch.Samples[rows[i]].ImageMask;
                for (int position = 0; position < mask.Count; position++)
                {
                    isImage[(i * batch.Length) + position] = mask[position];
                    isText[(i * batch.Length) + position] = !mask[position];
                }
            }

            Tensor image_RL = Place(isImage, rows.Count);
            Tensor text_RL = Place(isText, rows.Count);
            Tensor all_RL = image_RL.logical_or(text_RL);
            (Tensor queries_RL, Tensor keys_RL) = map switch
            {
                AttentionMapKind.Full => (all_RL, all_RL),
                AttentionMapKind.TextToVision => (text_RL, image_RL),
                AttentionMapKind.VisionToText => (image_RL, text_RL),
                _ => (text_RL, text_RL),
            };
            pairs_RLL = queries_RL.unsqueeze(2).logical_and(keys_RL.unsqueeze(1)).to_type(ScalarType.Float32).DetachFromDisposeScope();
            _pairs_RLL.Add(key, pairs_RLL);
        }

        return pairs_RLL;
    }

    public void Dispose()
    {
        foreach (Tensor pairs in _pairs_RLL.Values)
        {
            pairs.Dispose();
        }

        _pairs_RLL.Clear();
    }

    private Tensor Place(bool[] flags, int rows) => tensor(flags).reshape(rows, -1).to(batch.ImageMask_BT.device);
}
