using DriveKD.Models.Qwen25VL;
using DriveKD.Models.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>
/// Cross-entropy and its gradients with every parameter trainable. The pass is the one that training takes, without taps: the fused attention
/// kernels and their backward are compared here, the explicit ones in <see cref="PassStage"/>.
/// </summary>
/// <remarks>Shapes: B batch, T tokens, V vocabulary.</remarks>
internal static class GradientStage
{
    private const long NotSupervised = -100;

    // Beside this size, differences that are always allowed are just within the relative bound.
    private const double SmallestScale = Qwen25VLTolerances.SmallestGradient / Qwen25VLTolerances.Gradient;

    public static void Run(Qwen25VLSubject subject, GoldenCase golden, StageTable stages, Qwen25VLInputs inputs)
    {
        using DisposeScope scope = NewDisposeScope();
        if (inputs.Samples is not SampleBatch samples || golden.ReadFirst(2, "labels") is not Tensor labels_BT)
        {
            return;
        }

        StageTally tally = stages[Qwen25VLStages.Loss];
        if (!labels_BT.shape.AsSpan().SequenceEqual([samples.Batch, samples.Length]))
        {
            tally.Fail($"labels: the shape is [{string.Join(", ", labels_BT.shape)}], the ids are [{samples.Batch}, {samples.Length}]");
            return;
        }

        Qwen25VLModel model = subject.Model;
        Parameter[] parameters = [.. model.parameters()];
        try
        {
            foreach (Parameter parameter in parameters)
            {
                parameter.requires_grad = true;
            }

            Tensor logits_BTV = inputs.Logits(model);
            Tensor targets = labels_BT.to(ScalarType.Int64, model.Placement.Device)[.., 1..].flatten();
            Tensor loss = functional.cross_entropy(logits_BTV[.., ..^1].reshape(-1, logits_BTV.shape[2]), targets, ignore_index: NotSupervised);
            CompareLoss(golden, tally, targets, loss.item<float>());
            if (golden.Facts.Object("gradients") is GoldenFacts gradients)
            {
                loss.backward();
                CompareGradients(model, golden, stages, gradients);
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

    private static void CompareLoss(GoldenCase golden, StageTally tally, Tensor targets, float loss)
    {
        if (golden.ReadFirst(1, "loss") is Tensor recorded)
        {
            tally.Near("loss", TensorValues.Floats(recorded), [loss]);
        }

        foreach (string key in (string[])["loss", "loss_sdpa"])
        {
            if (golden.Facts.Number(key) is double value)
            {
                tally.Near($"{key} of the JSON file", value, loss);
            }
        }

        if (golden.Facts.Integer("number_of_loss_positions") is int count)
        {
            tally.Same("number_of_loss_positions", count, TensorValues.Integers(targets).LongCount(target => target != NotSupervised));
        }
    }

    private static void CompareGradients(Qwen25VLModel model, GoldenCase golden, StageTable stages, GoldenFacts gradients)
    {
        Dictionary<string, Parameter> parameters = model.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
        StageTally norms = stages[Qwen25VLStages.GradientNorms];
        HashSet<string> seen = [];
        foreach (string name in gradients.Keys)
        {
            if (Qwen25VLTensorNames.Resolve(name).Parameter is not string canonical || !parameters.TryGetValue(canonical, out Parameter? parameter))
            {
                gradients.Ignore(name);
                norms.Fail($"{name}: the model has no such parameter");
                continue;
            }

            seen.Add(canonical);
            using DisposeScope scope = NewDisposeScope();
            // A parameter that the loss does not reach has the gradient 0.
            Tensor gradient = (parameter.grad ?? zeros_like(parameter)).to_type(ScalarType.Float64).cpu();
            Compare(stages, name, gradients.Object(name)!, gradient);
        }

        foreach (string name in parameters.Where(pair => pair.Value.grad is not null).Select(pair => pair.Key).Where(name => !seen.Contains(name)))
        {
            norms.Fail($"{name}: the loss reaches it, but no gradient is recorded");
        }

        if (golden.Facts.Number("total_gradient_norm") is double total)
        {
            using DisposeScope scope = NewDisposeScope();
            double sum = parameters.Values.Where(parameter => parameter.grad is not null)
                .Sum(parameter => parameter.grad!.to_type(ScalarType.Float64).Squared().sum().item<double>());
            norms.Near("total_gradient_norm", total, Math.Sqrt(sum));
        }
    }

    /// <summary>
    /// A sum is measured on the norm where that is greater, because what adds up may cancel; single values on the greatest of them or the root
    /// of the tensor's mean square.
    /// </summary>
    private static void Compare(StageTable stages, string name, GoldenFacts recorded, Tensor gradient)
    {
        double norm = gradient.norm().item<double>();
        if (recorded.Number("l2_norm") is double expected)
        {
            stages[Qwen25VLStages.GradientNorms].Near($"{name}, norm", expected, norm, Math.Max(Math.Abs(expected), SmallestScale));
        }

        StageTally tally = stages[Qwen25VLStages.Gradients];
        if (recorded.Number("sum") is double sum)
        {
            tally.Near($"{name}, sum", sum, gradient.sum().item<double>(), Math.Max(Math.Max(Math.Abs(sum), norm), SmallestScale));
        }

        if (recorded.Numbers("first_values") is IReadOnlyList<double> values)
        {
            double[] own = [.. gradient.flatten().narrow(0, 0, Math.Min(values.Count, gradient.numel())).data<double>()];
            double scale = values.Select(Math.Abs).Append(norm / Math.Sqrt(gradient.numel())).Append(SmallestScale).Max();
            for (int i = 0; i < values.Count; i++)
            {
                tally.Near($"{name}[{i}]", values[i], i < own.Length ? own[i] : double.NaN, scale);
            }
        }
    }
}
