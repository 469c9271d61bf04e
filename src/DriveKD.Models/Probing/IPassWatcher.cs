using static TorchSharp.torch;

namespace DriveKD.Models.Probing;

/// <summary>
/// Is shown a forward pass layer by layer: for studies that need every layer but not all of them at a time. What is shown belongs to the model
/// and is let go when the call returns: a watcher that needs it longer takes a handle of its own (<c>alias</c>), and disposes that.
/// </summary>
/// <remarks>
/// The order is hidden state 0, then for each layer its attention and its output. Calls come on the thread of the pass, inside a dispose scope of
/// the model: tensors that a watcher makes and leaves may live as long as the pass. Shapes: B batch, H heads, T queries, S keys, C channels.
/// </remarks>
public interface IPassWatcher
{
    /// <summary>A layer's attention was formed.</summary>
    /// <param name="layer">The decoder layer, from 0.</param>
    /// <param name="weights_BHTS">Every head's weights after the softmax, float32 [B, H, T, S]; 0 where a query does not see a key.</param>
    void OnAttention(int layer, Tensor weights_BHTS);

    /// <summary>A hidden state was made.</summary>
    /// <param name="index">0 the embeddings, l the output of decoder layer l (from 1), before the final norm.</param>
    /// <param name="hidden_BTC">[B, T, C] in the model's dtype.</param>
    void OnHidden(int index, Tensor hidden_BTC);
}
