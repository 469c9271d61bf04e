using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>Which pairs of a query and a key an attention map is compared in.</summary>
/// <remarks>Shapes: B batch, T tokens.</remarks>
public static class AttentionPairs
{
    /// <summary>The pairs of a part of the map, those that causality empties among them.</summary>
    /// <param name="map">The part.</param>
    /// <param name="imageMask_BT">bool, true where a position holds an image embedding.</param>
    /// <returns>float32 [B, T, T], 1 at the part's pairs; null for the full map.</returns>
    public static Tensor? Of(AttentionMapKind map, Tensor imageMask_BT)
    {
        if (map == AttentionMapKind.Full)
        {
            return null;
        }

        using DisposeScope scope = NewDisposeScope();
        Tensor text_BT = imageMask_BT.logical_not();
        Tensor queries_BT = map == AttentionMapKind.VisionToText ? imageMask_BT : text_BT;
        Tensor keys_BT = map == AttentionMapKind.TextToVision ? imageMask_BT : text_BT;
        return queries_BT.unsqueeze(2).logical_and(keys_BT.unsqueeze(1)).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Whether a query has pairs in a part of the map.</summary>
    /// <param name="map">The part.</param>
    /// <param name="imageMask">true where a position of the sample holds an image embedding.</param>
    /// <param name="position">The query.</param>
    public static bool Reads(AttentionMapKind map, IReadOnlyList<bool> imageMask, int position) =>
        position < imageMask.Count && (map == AttentionMapKind.Full || imageMask[position] == (map == AttentionMapKind.VisionToText));

    /// <summary>The part has a side of image tokens: empty without pictures.</summary>
    /// <param name="map">The part.</param>
    public static bool NeedPictures(AttentionMapKind map) => map is AttentionMapKind.TextToVision or AttentionMapKind.VisionToText;
}
