using DriveKD.Models.Probing;
using static TorchSharp.torch;

namespace DriveKD.Models.InternVL.Streaming;

/// <summary>What a sequence begins with. Owns its tensors.</summary>
/// <remarks>Shapes: T tokens, N pictures, P tokens per picture, D the projector's inputs.</remarks>
public sealed class SequenceStart : IDisposable
{
    /// <summary>T token ids; what stands in image slots does not matter.</summary>
    public required IReadOnlyList<int> TokenIds { get; init; }

    /// <summary>What is observed of its pass.</summary>
    public required ProbeRequest Request { get; init; }

    /// <summary>bool [1, T], true in image slots; null without pictures.</summary>
    public Tensor? ImageMask_1T { get; init; }

    /// <summary>What the tower made of its pictures, [N, P, D]; null without pictures.</summary>
    public Tensor? Shuffled_NPD { get; init; }

    /// <inheritdoc />
    public void Dispose()
    {
        ImageMask_1T?.Dispose();
        Shuffled_NPD?.Dispose();
    }
}
