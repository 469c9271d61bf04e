using DriveKD.Data.Imaging;
using DriveKD.Models.Layers;
using DriveKD.Models.Streaming;
using static TorchSharp.torch;

namespace DriveKD.Models.Qwen25VL;

/// <summary>
/// Qwen2.5-VL's vision tower while it is needed: it is read whole, because all sizes have about the same one, which has fewer numbers than two
/// decoder layers of the largest.
/// </summary>
/// <remarks>Shapes: R image tokens of a picture, D the merger's inputs.</remarks>
/// <param name="config">The model's shape.</param>
/// <param name="weights">The weights; left to the caller.</param>
/// <param name="placement">Device and dtype.</param>
internal sealed class Qwen25VLStreamedVision(Qwen25VLConfig config, StreamedWeights weights, Placement placement) : IStreamedVision
{
    public void EncodePatches(
        int count, Func<int, PicturePiece> piece, Action<int, Tensor> take, WaitingTensors waiting, Action<double>? report, CancellationToken cancellation)
    {
        StreamedSizes sizes = StreamedSizes.Of(config);
        using Qwen25VLTower tower = new(config.Vision, placement);
        weights.Fill(tower, "visual.", cancellation);
        StreamedModel.ForEach(count, i =>
        {
            PicturePiece picture = piece(i);
            Tensor patches_PX = Qwen25VLModel.Patches([picture], config.Vision);
            take(i, tower.EncodePatches(patches_PX, Qwen25VLModel.Grids([picture], config.Vision), null).DetachFromDisposeScope());
            report?.Invoke(sizes.PictureWork(config.Pictures.TokensOf(picture.Width, picture.Height)));
        }, cancellation);
    }

    public LoadedProjector LoadProjector(CancellationToken cancellation)
    {
        PatchMerger merger = new(config.Vision, placement);
        weights.Fill(merger, "visual.merger.", cancellation);
        return new LoadedProjector(merger, patches_RD => merger.Forward(patches_RD, null, null));
    }
}
