using DriveKD.Models.Qwen25VL;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>
/// Repeats what was checked of a case when it was recorded: that the same files give the same logits, and how far bfloat16 is from float32.
/// </summary>
/// <remarks>Shapes: B batch, T tokens, N tokens without padding, V vocabulary.</remarks>
internal static class CheckStage
{
    private const string Reload = "reload_identical_logits";
    private const string Distance = "bfloat16_compute_vs_float32_max_mean_abs_logit_difference";
    private const string Agreement = "bfloat16_top1_agreement";

    public static void Run(Qwen25VLSubject subject, GoldenFacts checks, StageTable stages, Qwen25VLInputs inputs, CancellationToken cancellation)
    {
        bool reloads = checks.Boolean(Reload) == true;
        IReadOnlyList<double>? distances = checks.Numbers(Distance);
        double? agreement = checks.Number(Agreement);
        if (inputs.Samples is not SampleBatch samples || (!reloads && distances is null && agreement is null))
        {
            return;
        }

        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor wide_NV = Logits(subject.Model, inputs, samples);
        if (reloads)
        {
            using Qwen25VLModel again = Qwen25VLSubject.LoadModel(subject.Folder, subject.Model.Placement.Device, ScalarType.Float32, cancellation);
            stages[Qwen25VLStages.Reload].Near(Reload, wide_NV, Logits(again, inputs, samples));
        }

        if (distances is null && agreement is null)
        {
            return;
        }

        using Qwen25VLModel narrow = Qwen25VLSubject.LoadModel(subject.Folder, subject.Model.Placement.Device, ScalarType.BFloat16, cancellation);
        Tensor narrow_NV = Logits(narrow, inputs, samples);
        Tensor distance_NV = narrow_NV.sub(wide_NV).abs();
        StageTally tally = stages[Qwen25VLStages.BFloat16];
        if (distances is [double most, double mean])
        {
            // To be nearer is no fault.
            tally.Near("largest difference of logits", most, Math.Max(most, distance_NV.max().item<float>()));
            tally.Near("mean difference of logits", mean, Math.Max(mean, distance_NV.mean().item<float>()));
        }
        else if (distances is not null)
        {
            throw checks.Wrong(Distance, "the largest and the mean difference");
        }

        if (agreement is double share)
        {
            float own = narrow_NV.argmax(-1).eq(wide_NV.argmax(-1)).to_type(ScalarType.Float32).mean().item<float>();
            tally.Near("likeliest tokens that stay", share, Math.Min(share, own), Qwen25VLTolerances.BFloat16Agreement / Qwen25VLTolerances.BFloat16);
        }
    }

    private static Tensor Logits(Qwen25VLModel model, Qwen25VLInputs inputs, SampleBatch samples)
    {
        using DisposeScope scope = NewDisposeScope();
        return inputs.Logits(model).flatten(0, 1).cpu().index_select(0, tensor(samples.Places())).MoveToOuterDisposeScope();
    }
}
