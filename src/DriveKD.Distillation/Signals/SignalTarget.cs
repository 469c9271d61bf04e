using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>What a teacher hands over for one sample: detached tensors. Owns them.</summary>
/// <remarks>Shapes: T tokens, S supervised positions, C the teacher's channels, V its vocabulary.</remarks>
/// <param name="values">
/// Attention: a float32 map [1, T, T] per student layer. Hidden states: float32 [T, C] per student layer. Logits: the final states
/// [S, C] alone.
/// </param>
/// <param name="headWeight_VC">For logits the teacher's head, which stays the model's own.</param>
internal sealed class SignalTarget(IReadOnlyList<Tensor> values, Tensor? headWeight_VC = null) : IDisposable
{
    /// <summary>One tensor per student layer, or one in all.</summary>
    public IReadOnlyList<Tensor> Values { get; } = values;

    /// <summary>The teacher's head; null but for logits.</summary>
    public Tensor? HeadWeight_VC { get; } = headWeight_VC;

    public void Dispose()
    {
        foreach (Tensor value in Values)
        {
            value.Dispose();
        }
    }
}
