using DriveKD.Data.Imaging;
using static TorchSharp.torch;

namespace DriveKD.Models.Streaming;

/// <summary>The part of a streamed model that looks at pictures.</summary>
/// <remarks>Shapes: R image tokens of a picture, D the projector's inputs.</remarks>
internal interface IStreamedVision
{
    /// <summary>Pictures through the tower, each alone, without the projector.</summary>
    /// <param name="count">How many.</param>
    /// <param name="piece">Makes a picture's values; each is one piece.</param>
    /// <param name="take">Gets what became of each at the end, [R, D], and owns it.</param>
    /// <param name="waiting">Where pictures wait between blocks.</param>
    /// <param name="report">Told the work done, in the unit of <see cref="StreamedSizes"/>.</param>
    /// <param name="cancellation">Checked before every picture.</param>
    void EncodePatches(
        int count, Func<int, PicturePiece> piece, Action<int, Tensor> take, WaitingTensors waiting, Action<double>? report, CancellationToken cancellation);

    /// <summary>Reads the projector.</summary>
    /// <param name="cancellation">Checked between tensors.</param>
    LoadedProjector LoadProjector(CancellationToken cancellation);
}
