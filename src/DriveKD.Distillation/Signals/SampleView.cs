using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>
/// One sample of a batch as a forward pass left it: its row, cut to its own length, so that padding on its right never enters a
/// loss. Owns nothing; what it returns keeps the gradient history and belongs to the caller.
/// </summary>
/// <remarks>Shapes: B batch, L the batch's length, T the sample's length, S supervised positions, C channels, V vocabulary.</remarks>
/// <param name="attention_BLL">Head-mean attention maps by decoder layer, from 0.</param>
/// <param name="hidden_BLC">Hidden states: 0 the embeddings, l the output of layer l (from 1).</param>
/// <param name="row">The sample's row in the batch.</param>
/// <param name="length">T.</param>
internal sealed class SampleView(IReadOnlyDictionary<int, Tensor> attention_BLL, IReadOnlyDictionary<int, Tensor> hidden_BLC, int row, int length)
{
    /// <summary>A sample of a tapped pass.</summary>
    /// <param name="probe">What was tapped.</param>
    /// <param name="row">The sample's row in the batch.</param>
    /// <param name="length">T.</param>
    public SampleView(Probe probe, int row, int length)
        : this(probe.Attention, probe.Hidden, row, length)
    {
    }

    /// <summary>T.</summary>
    public int Length { get; } = length;

    /// <summary>bool [1, T]: true where the sample holds an image embedding.</summary>
    public required Tensor ImageMask_1T { get; init; }

    /// <summary>int64 [S]: the sample's positions that predict a supervised token.</summary>
    public required Tensor AnswerPositions_S { get; init; }

    /// <summary>[V, C], the model's head; null where nothing asks for it.</summary>
    public required Tensor? HeadWeight_VC { get; init; }

    /// <summary>[B, L, C] after the final norm; null where the pass ended early.</summary>
    public Tensor? FinalHidden_BLC { get; init; }

    /// <summary>A head-mean attention map [1, T, T].</summary>
    /// <param name="layer">The decoder layer, from 0.</param>
    public Tensor Attention_1TT(int layer)
    {
        using DisposeScope scope = NewDisposeScope();
        return attention_BLL[layer].narrow(0, row, 1).narrow(1, 0, Length).narrow(2, 0, Length).MoveToOuterDisposeScope();
    }

    /// <summary>A hidden state [T, C].</summary>
    /// <param name="index">0 the embeddings, l the output of layer l (from 1).</param>
    public Tensor Hidden_TC(int index)
    {
        using DisposeScope scope = NewDisposeScope();
        return Row(hidden_BLC[index]).MoveToOuterDisposeScope();
    }

    /// <summary>The states that the head would turn into the answer's logits: [S, C].</summary>
    public Tensor AnswerHidden_SC()
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor final_BLC = FinalHidden_BLC ?? throw new InvalidOperationException("The pass ended before the final norm.");
        return Row(final_BLC).index_select(0, AnswerPositions_S).MoveToOuterDisposeScope();
    }

    private Tensor Row(Tensor hidden_BLC) => hidden_BLC.select(0, row).narrow(0, 0, Length);
}
