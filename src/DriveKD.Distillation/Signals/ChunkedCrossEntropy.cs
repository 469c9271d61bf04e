using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>
/// Cross-entropy from final states and head without ever holding logits [S, V]: the vocabulary passes in pieces, once forward and once
/// more in each backward pass. Differentiable once; the graph may be kept and differentiated again.
/// </summary>
/// <remarks>Shapes: S positions, C channels, V vocabulary, K tokens of one piece.</remarks>
public static class ChunkedCrossEntropy
{
    /// <summary>The mean over positions of log sum exp(logits) - logit of the target.</summary>
    /// <param name="states_SC">Final states, float32 or bfloat16.</param>
    /// <param name="head_VC">The head.</param>
    /// <param name="targets_S">int64 token ids below V.</param>
    /// <param name="pieceSize">Tokens per piece: only memory and speed depend on it.</param>
    /// <returns>A float32 scalar.</returns>
    public static Tensor Of(Tensor states_SC, Tensor head_VC, Tensor targets_S, int pieceSize = VocabularyChunks.Size)
    {
        using Tensor losses_S = OfEach(states_SC, head_VC, targets_S, pieceSize);
        return losses_S.mean();
    }

    /// <summary>The same of every position.</summary>
    /// <param name="states_SC">Final states, float32 or bfloat16.</param>
    /// <param name="head_VC">The head.</param>
    /// <param name="targets_S">int64 token ids below V.</param>
    /// <param name="pieceSize">Tokens per piece: only memory and speed depend on it.</param>
    /// <returns>float32 [S].</returns>
    public static Tensor OfEach(Tensor states_SC, Tensor head_VC, Tensor targets_S, int pieceSize = VocabularyChunks.Size)
    {
        VocabularyChunks.Check(states_SC, head_VC, pieceSize);
        if (targets_S.dim() != 1 || targets_S.shape[0] != states_SC.shape[0])
        {
            throw new ArgumentException($"{states_SC.shape[0]} targets are expected; [{string.Join(", ", targets_S.shape)}] was given.", nameof(targets_S));
        }

        using DisposeScope scope = NewDisposeScope();
        return Function.apply(states_SC, head_VC, targets_S, pieceSize).MoveToOuterDisposeScope();
    }

    private sealed class Function : autograd.SingleTensorFunction<Function>
    {
        public override string Name => nameof(ChunkedCrossEntropy);

        public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
        {
            (Tensor states_SC, Tensor head_VC, Tensor targets_S, int pieceSize) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2], (int)vars[3]);
            using DisposeScope scope = NewDisposeScope();
            using RunningExponentials exponentials = new();
            Tensor wide_SC = states_SC.to_type(ScalarType.Float32);
            foreach ((long, long) piece in VocabularyChunks.Of(head_VC.shape[0], pieceSize))
            {
                using DisposeScope pieceScope = NewDisposeScope();
                exponentials.Add(wide_SC.matmul(VocabularyChunks.Rows(head_VC, piece).t()));
            }

            Tensor targetRows_SC = head_VC.index_select(0, targets_S).to_type(ScalarType.Float32);
            Tensor targetLogits_S = targetRows_SC.mul(wide_SC).sum([1], type: ScalarType.Float64);
            List<Tensor> sums = [exponentials.Greatest_S1, exponentials.Sum_S1];
            // What libtorch would be given in place of an absent gradient is bound to a scope that has ended by then.
            ctx.set_materialize_grads(false);
            ctx.save_for_backward([states_SC, head_VC, targets_S, .. sums.Select(sum => sum.alias().MoveToOuterDisposeScope())]);
            ctx.save_data(nameof(pieceSize), pieceSize);
            return exponentials.LogSum_S1().squeeze(1).sub(targetLogits_S).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
        }

        public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
        {
            if (grad_output.IsInvalid)
            {
                return [null!, null!, null!, null!];
            }

            using DisposeScope scope = NewDisposeScope();
            using IDisposable noGrad = no_grad();
            int pieceSize = (int)ctx.get_data(nameof(pieceSize));
            List<Tensor> saved = ctx.get_saved_variables();
            (Tensor states_SC, Tensor head_VC, Tensor targets_S) = (saved[0], saved[1], saved[2]);
            Tensor wide_SC = states_SC.to_type(ScalarType.Float32);
            Tensor scale_S1 = grad_output.unsqueeze(1);
            HeadGradients gradients = new(states_SC, wide_SC, head_VC);
            foreach ((long Start, long Count) piece in VocabularyChunks.Of(head_VC.shape[0], pieceSize))
            {
                using DisposeScope pieceScope = NewDisposeScope();
                Tensor rows_KC = VocabularyChunks.Rows(head_VC, piece);
                Tensor probabilities_SK = RunningExponentials.Probabilities(wide_SC.matmul(rows_KC.t()), saved[3], saved[4]);
                Tensor ids_1K = Ranges.Of(piece.Start, piece.Start + piece.Count, 1, targets_S.device).unsqueeze(0);
                Tensor isTarget_SK = targets_S.unsqueeze(1).eq(ids_1K).to_type(ScalarType.Float32);
                gradients.Add(piece, probabilities_SK.sub(isTarget_SK).mul(scale_S1), rows_KC);
            }

            List<Tensor?> results = [gradients.States_SC(Scalars.Of(1.0)).MoveToOuterDisposeScope(), gradients.Head_VC?.MoveToOuterDisposeScope(), null, null];
            // On a thread without a scope nothing else would hold the results until libtorch has taken them over.
            ctx.save_data(nameof(results), results);
            GC.KeepAlive(grad_output);
            return results!;
        }
    }
}
