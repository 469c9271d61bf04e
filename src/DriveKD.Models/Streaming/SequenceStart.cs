using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using static TorchSharp.torch;

namespace DriveKD.Models.Streaming;

/// <summary>What a sequence begins with. Owns its tensors.</summary>
/// <remarks>Shapes: T tokens, R image tokens, D the projector's inputs.</remarks>
public sealed class SequenceStart : IDisposable
{
    /// <summary>T token ids; what stands in image slots does not matter.</summary>
    public required IReadOnlyList<int> TokenIds { get; init; }

    /// <summary>What is observed of its pass.</summary>
    public required ProbeRequest Request { get; init; }

    /// <summary>bool [1, T], true in image slots; null without pictures.</summary>
    public Tensor? ImageMask_1T { get; init; }

    /// <summary>What the tower made of its pictures, [R, D]; null without pictures.</summary>
    public Tensor? Patches_RD { get; init; }

    /// <summary>The tokens' positions; null where these are just counted.</summary>
    public RowPositions? Positions { get; init; }

    /// <inheritdoc />
    public void Dispose()
    {
        ImageMask_1T?.Dispose();
        Patches_RD?.Dispose();
    }
}
