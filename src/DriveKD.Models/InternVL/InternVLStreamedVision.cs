using DriveKD.Data.Imaging;
using DriveKD.Models.Layers;
using DriveKD.Models.Streaming;
using static TorchSharp.torch;

namespace DriveKD.Models.InternVL;

/// <summary>
/// InternVL's vision tower block by block: many pictures go through one block before the next is read. The tower of the largest models has more
/// numbers than two of their decoder layers.
/// </summary>
/// <remarks>Shapes: P tokens per picture, D the projector's inputs, C channels.</remarks>
/// <param name="config">The model's shape.</param>
/// <param name="weights">The weights; left to the caller.</param>
/// <param name="placement">Device and dtype.</param>
internal sealed class InternVLStreamedVision(InternVLConfig config, StreamedWeights weights, Placement placement) : IStreamedVision
{
    private const string Prefix = "vision_model.";

    public void EncodePatches(
        int count, Func<int, PicturePiece> piece, Action<int, Tensor> take, WaitingTensors waiting, Action<double>? report, CancellationToken cancellation)
    {
        double work = StreamedSizes.Of(config).BlockWork(config.TokensPerTile);
        WaitingTensor[] states = new WaitingTensor[count];
        using (VisionEmbeddings embeddings = new(config.Vision, placement))
        {
            weights.Fill(embeddings, Prefix + "embeddings.", cancellation);
            StreamedModel.ForEach(count, i =>
            {
                Tensor placed = InternVLModel.Pixels([piece(i)]).to(placement.DType, placement.Device);
                states[i] = waiting.Put(embeddings.forward(placed));
            }, cancellation);
        }

        int depth = config.Tower.Layers;
        using (BlockStream<VisionBlock> blocks = new(
            depth,
            () => new VisionBlock(config.Vision, 0, placement),
            (block, place, stop) => weights.Fill(block, FormattableString.Invariant($"{Prefix}encoder.layers.{place}."), stop),
            cancellation))
        {
            for (int place = 0; place < depth; place++)
            {
                VisionBlock block = blocks.Next();
                StreamedModel.ForEach(count, i =>
                {
                    states[i] = waiting.Put(block.Forward(waiting.Take(states[i], placement.Device), null));
                    report?.Invoke(work);
                }, cancellation);
            }
        }

        long side = config.TileSize / config.Vision.PatchSize;
        StreamedModel.ForEach(count, i =>
        {
            Tensor tokens_1PC = waiting.Take(states[i], placement.Device);
            take(i, PixelShuffle.OfTokens(tokens_1PC, side, side, config).squeeze(0).DetachFromDisposeScope());
        }, cancellation);
    }

    public LoadedProjector LoadProjector(CancellationToken cancellation)
    {
        Projector projector = new(config.ShuffledSize, config.Language.HiddenSize, placement);
        weights.Fill(projector, "mlp1.", cancellation);
        return new LoadedProjector(projector, patches_RD => projector.ForwardRows(patches_RD, config.TokensPerTile, null));
    }
}
