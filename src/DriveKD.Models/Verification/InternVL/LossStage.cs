using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>
/// Cross-entropy and its gradients with every parameter trainable. The pass is the one that training takes, without taps: the
/// fused attention kernels and their backward are compared here, the explicit ones in <see cref="ForwardStage"/>.
/// </summary>
/// <remarks>Shapes: B batch, T tokens, V vocabulary, S supervised targets.</remarks>
internal static class LossStage
{
    private const string GradientPrefix = "grad.";
    private const long NotSupervised = -100;

    public static void Run(GoldenSubject subject, GoldenCase golden, StageTable stages, CaseInputs inputs)
    {
        using DisposeScope scope = NewDisposeScope();
        if (!inputs.RunsDecoder || golden.ReadFirst(2, "llm.labels", "labels") is not Tensor labels_BT)
        {
            return;
        }

        if (inputs.Sequence is not null && !labels_BT.shape.AsSpan().SequenceEqual([inputs.Sequence.Batch, inputs.Sequence.Length]))
        {
            stages[ModelStages.Loss].Fail($"labels: the shape is [{string.Join(", ", labels_BT.shape)}], the ids are [{inputs.Sequence.Batch}, {inputs.Sequence.Length}]");
            return;
        }

        InternVLModel model = subject.Model;
        Parameter[] parameters = [.. model.parameters()];
        try
        {
            foreach (Parameter parameter in parameters)
            {
                parameter.requires_grad = true;
            }

            Tensor embeddings_BTC = inputs.Embed(model, probe: null);
            if (!inputs.FormsEmbeddings)
            {
                embeddings_BTC.requires_grad = true;
            }

            embeddings_BTC.retain_grad();
            SequencePositions positions = inputs.Sequence?.Positions() ?? SequencePositions.Consecutive((int)embeddings_BTC.shape[0], (int)embeddings_BTC.shape[1]);
            Tensor logits_BTV = model.Logits(model.Decode(embeddings_BTC, positions)!).to_type(ScalarType.Float32);
            Tensor targets = labels_BT.to(ScalarType.Int64, model.Placement.Device)[.., 1..].flatten();
            long vocabulary = logits_BTV.shape[2];
            Tensor loss = functional.cross_entropy(logits_BTV[.., ..^1].reshape(-1, vocabulary), targets, ignore_index: NotSupervised);
            CompareLosses(golden, stages, logits_BTV[.., ..^1].detach().reshape(-1, vocabulary), targets, loss);

            if (golden.Facts.NumbersByName("gradient_norms") is { } norms)
            {
                loss.backward();
                CompareNorms(model, golden, stages, inputs, norms);
                CompareTensors(model, golden, stages, inputs, embeddings_BTC);
            }
            else if (golden.Unused.Any(name => name.StartsWith(GradientPrefix, StringComparison.Ordinal)))
            {
                loss.backward();
                CompareTensors(model, golden, stages, inputs, embeddings_BTC);
            }
        }
        finally
        {
            foreach (Parameter parameter in parameters)
            {
                parameter.grad = null;
                parameter.requires_grad = false;
            }
        }
    }

    private static void CompareLosses(GoldenCase golden, StageTable stages, Tensor logits_NV, Tensor targets, Tensor loss)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor each = functional.cross_entropy(logits_NV, targets, ignore_index: NotSupervised, reduction: Reduction.None);
        Tensor each_S = each.masked_select(targets.ne(Scalars.Of(NotSupervised)));
        if (golden.Facts.Number("loss_cross_entropy") is double mean)
        {
            stages[ModelStages.Loss].Near("loss_cross_entropy", mean, loss.item<float>());
        }

        if (golden.Facts.Integer("supervised_tokens_after_shift") is int count)
        {
            stages[ModelStages.Loss].Same("supervised_tokens_after_shift", (long)count, each_S.numel());
        }

        if (golden.Facts.Numbers("token_losses") is IReadOnlyList<double> losses)
        {
            stages[ModelStages.TokenLosses].Near("token_losses", [.. losses.Select(value => (float)value)], TensorValues.Floats(each_S));
        }
    }

    private static void CompareNorms(
        InternVLModel model, GoldenCase golden, StageTable stages, CaseInputs inputs, IReadOnlyList<(string Name, double Value)> norms)
    {
        Dictionary<string, Parameter> parameters = Named(model);
        StageTally tally = stages[ModelStages.GradientNorms];
        foreach ((string name, double expected) in norms)
        {
            using DisposeScope scope = NewDisposeScope();
            if (Gradient(model, parameters, inputs, name, out string? problem) is Tensor gradient)
            {
                tally.Near(name, expected, gradient.to_type(ScalarType.Float64).norm().item<double>());
            }
            else
            {
                Report(tally, name, problem);
            }
        }

        if (golden.Facts.Number("gradient_norm_total") is double total && inputs.IsComplete)
        {
            using DisposeScope scope = NewDisposeScope();
            double sum = parameters.Values.Where(parameter => parameter.grad is not null).Sum(parameter => parameter.grad!.to_type(ScalarType.Float64).Squared().sum().item<double>());
            tally.Near("gradient_norm_total", total, Math.Sqrt(sum));
        }
    }

    private static void CompareTensors(InternVLModel model, GoldenCase golden, StageTable stages, CaseInputs inputs, Tensor embeddings_BTC)
    {
        Dictionary<string, Parameter> parameters = Named(model);
        StageTally tally = stages[ModelStages.Gradients];
        foreach (string name in golden.Unused.Where(name => name.StartsWith(GradientPrefix, StringComparison.Ordinal)).ToList())
        {
            using DisposeScope scope = NewDisposeScope();
            string parameter = name[GradientPrefix.Length..];
            string? problem = null;
            Tensor? gradient = parameter == "inputs_embeds" ? embeddings_BTC.grad : Gradient(model, parameters, inputs, parameter, out problem);
            Tensor expected = golden.Read(name);
            if (gradient is null)
            {
                Report(tally, name, problem);
            }
            else if (InternVLTensorNames.Resolve(parameter).Third is null && HasNoKeyGradient(model, parameter) && gradient.shape.AsSpan().SequenceEqual(expected.shape))
            {
                tally.Near(name, WithoutKeys(expected), WithoutKeys(gradient));
            }
            else
            {
                tally.Near(name, expected, gradient);
            }
        }
    }

    /// <summary>
    /// The gradient of a parameter under any layout's name. null with a problem where the model has no such parameter, null without
    /// one where its gradient cannot be known or is nothing but rounding noise.
    /// </summary>
    private static Tensor? Gradient(InternVLModel model, Dictionary<string, Parameter> parameters, CaseInputs inputs, string name, out string? problem)
    {
        TensorPlace place = InternVLTensorNames.Resolve(name);
        problem = null;
        if (place.Parameter is null || !parameters.TryGetValue(place.Parameter, out Parameter? parameter))
        {
            problem = "the model has no such parameter";
            return null;
        }

        bool isOfPictures = place.Parameter.StartsWith("vision_model.", StringComparison.Ordinal) || place.Parameter.StartsWith("mlp1.", StringComparison.Ordinal);
        bool isKnown = isOfPictures ? inputs.IsComplete : place.Parameter != InternVLFamily.Instance.Names.Embedding || inputs.FormsEmbeddings;
        if (!isKnown || (place.Third == 1 && HasNoKeyGradient(model, place.Parameter)))
        {
            return null;
        }

        // A parameter that the loss does not reach has the gradient 0.
        Tensor gradient = parameter.grad ?? zeros_like(parameter);
        long rows = gradient.shape[0] / 3;
        return place.Third is int third ? gradient.narrow(0, third * rows, rows) : gradient;
    }

    private static void Report(StageTally tally, string name, string? problem)
    {
        if (problem is null)
        {
            tally.Skip(name);
        }
        else
        {
            tally.Fail($"{name}: {problem}");
        }
    }

    /// <summary>The bias of the tower's keys: softmax ignores what is added to all keys alike, so its gradient is 0 and what is recorded is noise.</summary>
    private static bool HasNoKeyGradient(InternVLModel model, string parameter) =>
        !((InternVLConfig)model.Config).Vision.HasQkNorm
        && InternVLTensorNames.Resolve(parameter).Parameter is string canonical
        && canonical.StartsWith("vision_model.", StringComparison.Ordinal)
        && canonical.EndsWith(".attn.qkv.bias", StringComparison.Ordinal);

    private static Tensor WithoutKeys(Tensor bias)
    {
        long width = bias.shape[0] / 3;
        return cat([bias.narrow(0, 0, width), bias.narrow(0, 2 * width, width)]);
    }

    private static Dictionary<string, Parameter> Named(InternVLModel model) => model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
}
