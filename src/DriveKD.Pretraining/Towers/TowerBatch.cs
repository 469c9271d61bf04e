using DriveKD.Models.Tensors;
using DriveKD.Pretraining.Labels;
using static TorchSharp.torch;

namespace DriveKD.Pretraining.Towers;

/// <summary>Some labelled pictures as tensors, made in the current dispose scope.</summary>
/// <remarks>Shapes: N pictures, S image tokens, H and W pixels.</remarks>
internal sealed class TowerBatch
{
    private static readonly float[] _mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] _deviation = [0.229f, 0.224f, 0.225f];

    private TowerBatch(Tensor pixels_N3HW, Tensor[] tokenLabels_NS, Tensor[] pictureLabels_N, Tensor weights_NS, Tensor occupied_NS) =>
        (Pixels_N3HW, TokenLabels_NS, PictureLabels_N, Weights_NS, Occupied_NS) = (pixels_N3HW, tokenLabels_NS, pictureLabels_N, weights_NS, occupied_NS);

    /// <summary>Normalised as for every model of the family, float32.</summary>
    public Tensor Pixels_N3HW { get; }

    /// <summary>By token head, int64.</summary>
    public IReadOnlyList<Tensor> TokenLabels_NS { get; }

    /// <summary>By head of whole pictures, int64.</summary>
    public IReadOnlyList<Tensor> PictureLabels_N { get; }

    /// <summary>What each token's loss counts, float32.</summary>
    public Tensor Weights_NS { get; }

    /// <summary>The tokens that show something, bool.</summary>
    public Tensor Occupied_NS { get; }

    /// <summary>Makes a batch.</summary>
    /// <param name="set">The pictures.</param>
    /// <param name="pictures">Which of them.</param>
    /// <param name="device">Where.</param>
    public static TowerBatch Create(PictureSet set, ReadOnlySpan<int> pictures, Device device)
    {
        long count = pictures.Length;
        // Bytes travel to the device and are normalised there, all pictures at once.
        Tensor bytes_NHW3 = tensor(set.PixelsOf(pictures), [count, set.Side, set.Side, 3]).to(device);
        Tensor pixels_NHW3 = bytes_NHW3.to_type(ScalarType.Float32).div(Scalars.Of(255.0))
            .Plus(tensor(_mean).to(device).neg()).div(tensor(_deviation).to(device));
        Tensor[] tokenLabels = new Tensor[set.Scheme.Tokens.Count];
        for (int head = 0; head < tokenLabels.Length; head++)
        {
            tokenLabels[head] = tensor(set.TokenLabelsOf(pictures, head), [count, set.Tokens]).to(device);
        }

        Tensor known_NS = tokenLabels[0].ge(Scalars.Of(0L));
        // What is not known has the weight 0; any class does for it.
        tokenLabels = Array.ConvertAll(tokenLabels, labels_NS => labels_NS.clamp_min(Scalars.Of(0L)));
        Tensor[] pictureLabels = new Tensor[set.Scheme.Pictures.Count];
        for (int head = 0; head < pictureLabels.Length; head++)
        {
            pictureLabels[head] = tensor(set.PictureLabelsOf(pictures, head)).to(device);
        }

        Tensor occupied_NS = tokenLabels[0].gt(Scalars.Of(0L));
        Tensor share_NS = occupied_NS.to_type(ScalarType.Float32);
        Tensor weights_NS = share_NS.mul(Scalars.Of(1 - set.Scheme.EmptyWeight)).Plus(set.Scheme.EmptyWeight).mul(known_NS.to_type(ScalarType.Float32));
        return new TowerBatch(pixels_NHW3.permute(0, 3, 1, 2).contiguous(), tokenLabels, pictureLabels, weights_NS, occupied_NS);
    }
}
