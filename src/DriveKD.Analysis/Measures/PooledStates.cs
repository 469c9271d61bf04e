using DriveKD.Analysis.Observing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Measures;

/// <summary>
/// What stands for a sample in a hidden state: the mean over its vision tokens, the mean over its text tokens, and its last prompt token. One product
/// with a matrix that is made once per sample. Owns that matrix.
/// </summary>
/// <remarks>Shapes: P representations, T tokens, C channels.</remarks>
public sealed class PooledStates : IDisposable
{
    private readonly Tensor _weights_PT;
    private readonly bool _hasVision;

    /// <param name="roles">The sample's tokens.</param>
    /// <param name="device">Where the states lie.</param>
    public PooledStates(TokenRoles roles, Device device)
    {
        _hasVision = roles.Vision.Count > 0;
        float[] weights = new float[3 * roles.Tokens];
        Spread(roles.Vision, 0);
        Spread(roles.Text, 1);
        Spread([roles.LastPromptToken], 2);
        using Tensor flat = tensor(weights, [3, roles.Tokens]);
        _weights_PT = flat.to(device, copy: true).DetachFromDisposeScope();

        void Spread(IReadOnlyList<int> positions, int row)
        {
            foreach (int position in positions)
            {
                weights[(row * roles.Tokens) + position] = 1f / positions.Count;
            }
        }
    }

    /// <summary>The representations of a hidden state.</summary>
    /// <param name="hidden_TC">Float32 states.</param>
    /// <returns>C numbers each, as they are; vision is null without vision tokens.</returns>
    public (float[]? Vision, float[] Text, float[] Prompt) Of(Tensor hidden_TC)
    {
        using DisposeScope scope = NewDisposeScope();
        float[] pooled = _weights_PT.matmul(hidden_TC).cpu().data<float>().ToArray();
        int width = pooled.Length / 3;
        return (_hasVision ? pooled[..width] : null, pooled[width..(2 * width)], pooled[(2 * width)..]);
    }

    /// <inheritdoc />
    public void Dispose() => _weights_PT.Dispose();
}
