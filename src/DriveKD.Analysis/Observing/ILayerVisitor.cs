using static TorchSharp.torch;

namespace DriveKD.Analysis.Observing;

/// <summary>
/// Is shown what a model does with one sample, layer by layer. What is shown belongs to the model and is let go when the call returns: a visitor
/// that needs it longer takes a handle of its own (<c>alias</c>) and disposes that.
/// </summary>
/// <remarks>
/// The order is <see cref="Begin"/>, hidden state 0, then for each layer its attention and its output, then the answer's logits. Everything comes
/// without gradient history. Shapes: T tokens, C channels, H heads, S answer positions, V vocabulary.
/// </remarks>
public interface ILayerVisitor
{
    /// <summary>A sample begins.</summary>
    /// <param name="roles">Which of its tokens are what.</param>
    void Begin(TokenRoles roles);

    /// <summary>A hidden state.</summary>
    /// <param name="index">0 the embeddings, l the output of layer l (from 1), before the final norm.</param>
    /// <param name="hidden_TC">[T, C] in the model's dtype.</param>
    void OnHidden(int index, Tensor hidden_TC);

    /// <summary>A layer's attention.</summary>
    /// <param name="layer">The layer, from 0.</param>
    /// <param name="weights_HTT">Every head's weights after the softmax, float32 [H, T, T]; row i holds what token i gives to the tokens up to itself.</param>
    void OnAttention(int layer, Tensor weights_HTT);

    /// <summary>A part of the answer's logits; the parts come in order. None comes for a sample without an answer.</summary>
    /// <param name="first">The first of <see cref="TokenRoles.AnswerPositions"/> in this part.</param>
    /// <param name="logits_SV">Float32 [S, V] at S of those positions.</param>
    void OnAnswer(int first, Tensor logits_SV);
}
