using DriveKD.Models.Probing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Layers;

/// <summary>
/// Activation checkpointing of one decoder layer: its input is kept and nothing else; every backward pass runs the layer forward again, and
/// only through those of its outputs that a gradient reaches. Gradients are those of the plain layer, because the same operations run again on
/// the same numbers; where several gradients of one state meet, the order of their addition may differ.
/// </summary>
/// <remarks>Shapes: B batch, T tokens, C channels.</remarks>
internal sealed class CheckpointedLayer : autograd.MultiTensorFunction<CheckpointedLayer>
{
    private const string InputTakesGradient = "input takes a gradient";

    /// <summary>Runs the layer.</summary>
    /// <param name="hidden_BTC">Its input.</param>
    /// <param name="trained">Any parameter of the layer that takes a gradient, so that the output has a history whatever the input has; null where there is none.</param>
    /// <param name="forward">The layer: input and probe to output; asked again in each backward pass, after the caller's own objects may be gone.</param>
    /// <param name="probe">Receives the layer's attention map where it is wanted; null where nothing is.</param>
    /// <param name="layer">Which layer it is, for the probe.</param>
    /// <returns>[B, T, C].</returns>
    public static Tensor Run(Tensor hidden_BTC, Tensor? trained, Func<Tensor, Probe?, Tensor> forward, Probe? probe, int layer)
    {
        using DisposeScope scope = NewDisposeScope();
        ProbeRequest? request = probe?.WantsAttention(layer) == true
            ? new ProbeRequest { AttentionLayers = new HashSet<int> { layer }, AttentionRows = probe.Request.AttentionRows }
            : null;
        // An input that takes no gradient stands in where no parameter does.
        List<Tensor> outputs = apply(hidden_BTC, trained ?? hidden_BTC, new Work(forward, request, layer));
        if (request is not null)
        {
            probe!.AddMeanAttention(layer, outputs[1]);
        }

        return outputs[0].MoveToOuterDisposeScope();
    }

    /// <inheritdoc />
    public override string Name => nameof(CheckpointedLayer);

    /// <inheritdoc />
    public override List<Tensor> forward(autograd.AutogradContext ctx, params object[] vars)
    {
        (Tensor hidden_BTC, Work work) = ((Tensor)vars[0], (Work)vars[2]);
        using DisposeScope scope = NewDisposeScope();
        // With a history, dropped at once: layers choose their kernels by it, and the backward pass must meet the same numbers.
        using IDisposable grad = enable_grad();
        // What libtorch would be given in place of an absent gradient is bound to a scope that has ended by then.
        ctx.set_materialize_grads(false);
        ctx.save_for_backward([hidden_BTC]);
        ctx.save_data(nameof(work), work);
        ctx.save_data(InputTakesGradient, hidden_BTC.requires_grad);
        return [.. work.Run(hidden_BTC.detach().requires_grad_(hidden_BTC.requires_grad)).Select(output => output.detach().MoveToOuterDisposeScope())];
    }

    /// <inheritdoc />
    public override List<Tensor> backward(autograd.AutogradContext ctx, List<Tensor> grad_outputs)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable grad = enable_grad();
        Work work = (Work)ctx.get_data(nameof(work));
        Tensor saved_BTC = ctx.get_saved_variables()[0];
        bool isReached = (bool)ctx.get_data(InputTakesGradient);
        Tensor input_BTC = saved_BTC.detach().requires_grad_(isReached);
        IReadOnlyList<Tensor> outputs = work.Run(input_BTC);
        int[] reached = [.. Enumerable.Range(0, outputs.Count).Where(i => !grad_outputs[i].IsInvalid && outputs[i].requires_grad)];
        if (reached.Length > 0)
        {
            // Parameters collect their gradients as they do in any backward pass.
            autograd.backward([.. reached.Select(i => outputs[i])], [.. reached.Select(i => grad_outputs[i])]);
        }

        List<Tensor?> results = [isReached ? input_BTC.grad?.MoveToOuterDisposeScope() : null, null, null];
        // On a thread without a scope nothing else would hold the results until libtorch has taken them over.
        ctx.save_data(nameof(results), results);
        GC.KeepAlive(grad_outputs);
        return results!;
    }

    private sealed record Work(Func<Tensor, Probe?, Tensor> Forward, ProbeRequest? Request, int Layer)
    {
        /// <summary>The output, and the attention map where it is wanted.</summary>
        public IReadOnlyList<Tensor> Run(Tensor hidden_BTC)
        {
            if (Request is null)
            {
                return [Forward(hidden_BTC, null)];
            }

            using Probe probe = new(Request);
            Tensor output_BTC = Forward(hidden_BTC, probe);
            return [output_BTC, probe.Attention[Layer].alias()];
        }
    }
}
