using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.InternVL;

/// <summary>Folds neighbouring patches into the channels of one token: four patches become one at ratio 0.5.</summary>
internal static class PixelShuffle
{
    /// <summary>What a tower gave, without its class token: [N, 1 + rows * columns, C] -> [N, rows * columns * ratio^2, C / ratio^2].</summary>
    /// <param name="tokens_NPC">Class token and patches row by row.</param>
    /// <param name="rows">Rows of the patch grid.</param>
    /// <param name="columns">Columns of the patch grid.</param>
    /// <param name="config">Ratio and orientation.</param>
    public static Tensor OfTokens(Tensor tokens_NPC, long rows, long columns, InternVLConfig config)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor patches_NPC = tokens_NPC.narrow(1, 1, rows * columns);
        return Apply(patches_NPC, rows, columns, config.DownsampleRatio, config.KeepsGridOrientation).MoveToOuterDisposeScope();
    }

    /// <summary>[N, rows * columns, C] -> [N, rows * columns * ratio^2, C / ratio^2].</summary>
    /// <param name="patches_NPC">Patches row by row, without the class token.</param>
    /// <param name="rows">Rows of the patch grid.</param>
    /// <param name="columns">Columns of the patch grid.</param>
    /// <param name="ratio">One over a whole number.</param>
    /// <param name="keepsOrientation">Version v2; v1 leaves the grid transposed.</param>
    public static Tensor Apply(Tensor patches_NPC, long rows, long columns, double ratio, bool keepsOrientation)
    {
        using DisposeScope scope = NewDisposeScope();
        long fold = (long)Math.Round(1 / ratio);
        long tiles = patches_NPC.shape[0];
        long channels = patches_NPC.shape[2];
        // [N, R, c, f*C] -> swap -> [N, c, R, f*C] -> [N, c, r, f*f*C]: columns fold first, then rows.
        Tensor folded = patches_NPC.reshape(tiles, rows, columns / fold, channels * fold).permute(0, 2, 1, 3).contiguous()
            .reshape(tiles, columns / fold, rows / fold, channels * fold * fold);
        if (keepsOrientation)
        {
            folded = folded.permute(0, 2, 1, 3).contiguous();
        }

        return folded.reshape(tiles, rows / fold * (columns / fold), channels * fold * fold).MoveToOuterDisposeScope();
    }
}
