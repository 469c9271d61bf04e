using DriveKD.Models.Checkpoints;
using DriveKD.Models.Layers;
using DriveKD.Models.Probing;
using DriveKD.Models.Qwen25VL;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>
/// Runs the model once with every stage recorded, and compares all that the case has of it. Rows of padding mean nothing and are left out.
/// </summary>
/// <remarks>Shapes: B batch, T tokens, C channels, V vocabulary, D channels of a head, H heads.</remarks>
internal static class PassStage
{
    /// <summary>Rows before it see too little to say how even attention is; the recordings leave them out.</summary>
    private const int FirstEntropy = 6;

    public static void Run(Qwen25VLSubject subject, GoldenCase golden, StageTable stages, Qwen25VLInputs inputs)
    {
        if (inputs.IsEmpty)
        {
            return;
        }

        Qwen25VLModel model = subject.Model;
        using IDisposable noGrad = no_grad();
        using DisposeScope scope = NewDisposeScope();
        using Probe probe = new(new ProbeRequest { RecordsStages = true });
        if (inputs.Samples is not SampleBatch samples)
        {
            inputs.Encode(model, probe);
            Compare(golden, stages, new RecordedPass(probe, model.Config.Language, null, null, null), null);
            return;
        }

        Tensor output_BTC = model.Decode(inputs.Embed(model, probe), samples.Positions(), cache: null, probe)!;
        Tensor logits_BTV = model.Logits(output_BTC);
        RecordedPass pass = new(probe, model.Config.Language, samples, output_BTC, logits_BTV);
        Compare(golden, stages, pass, samples);
        CompareUsedRotary(golden, stages, pass, model.Config.Language, samples);
        CompareTail(golden, stages, samples, logits_BTV);
        CompareLikeliest(golden, stages, samples, logits_BTV);
        CompareFigures(golden, stages, pass, samples, logits_BTV);
    }

    private static void Compare(GoldenCase golden, StageTable stages, RecordedPass pass, SampleBatch? samples)
    {
        foreach (string name in golden.Unused.ToList())
        {
            using DisposeScope scope = NewDisposeScope();
            if (pass.Find(name) is not PassValue found)
            {
                continue;
            }

            Tensor expected = golden.Read(name);
            if (found.Value is not Tensor value)
            {
                stages[found.Stage].Fail($"{name}: {found.Problem}");
            }
            else if (samples is { HasPadding: true } && expected.shape.AsSpan().SequenceEqual(value.shape))
            {
                Tensor places = tensor(samples.Places());
                stages[found.Stage].Near(name, found.WithoutPadding(expected, places), found.WithoutPadding(value.cpu(), places));
            }
            else
            {
                stages[found.Stage].Near(name, expected, value);
            }
        }
    }

    /// <summary>The table that the layers turn by: of the recorded ones that of the axis whose section a frequency lies in.</summary>
    private static void CompareUsedRotary(
        GoldenCase golden, StageTable stages, RecordedPass pass, LanguageModelConfig config, SampleBatch samples)
    {
        foreach (string name in (string[])["text.rotary_cos", "text.rotary_sin"])
        {
            using DisposeScope scope = NewDisposeScope();
            if (config.Sections is not RotarySections sections
                || golden.ReadFirst(4, name) is not Tensor recorded_3BTD
                || recorded_3BTD.shape[3] != 2 * sections.Total)
            {
                continue;
            }

            // Both halves of a head's channels have all frequencies.
            (int start, List<Tensor> parts) = (0, []);
            int[] half = [sections.Time, sections.Height, sections.Width];
            foreach ((int axis, int count) in half.Index().Concat(half.Index()))
            {
                parts.Add(recorded_3BTD.select(0, axis).narrow(-1, start, count));
                start += count;
            }

            PassValue used = new(Qwen25VLStages.Rotary, pass.UsedRotary(name), batchAxis: 0, tokenAxis: 1);
            Tensor places = tensor(samples.Places());
            Tensor picked_BTD = cat(parts, -1);
            stages[Qwen25VLStages.Rotary].Near(
                $"{name}, sections picked",
                picked_BTD.shape.AsSpan().SequenceEqual(used.Value!.shape) ? used.WithoutPadding(picked_BTD, places) : picked_BTD,
                used.WithoutPadding(used.Value.cpu(), places));
        }
    }

    /// <summary>The last positions, as many as are recorded.</summary>
    private static void CompareTail(GoldenCase golden, StageTable stages, SampleBatch samples, Tensor logits_BTV)
    {
        using DisposeScope scope = NewDisposeScope();
        if (golden.ReadFirst(3, "logits_tail") is not Tensor tail_BtV)
        {
            return;
        }

        long count = tail_BtV.shape[1];
        StageTally tally = stages[Qwen25VLStages.Logits];
        if (!tail_BtV.shape.AsSpan().SequenceEqual([logits_BTV.shape[0], Math.Min(count, samples.Length), logits_BTV.shape[2]]))
        {
            tally.Fail($"logits_tail: the shape is {TensorShape.Format(tail_BtV.shape)}, the logits are {TensorShape.Format(logits_BTV.shape)}");
            return;
        }

        int first = samples.Length - (int)count;
        long[] places =
        [
            .. Enumerable.Range(0, samples.Batch)
                .SelectMany(row => samples.Columns(row).Where(column => column >= first).Select(column => (row * count) + column - first)),
        ];
        Tensor own_BtV = logits_BTV.narrow(1, first, count).cpu();
        Tensor chosen = tensor(places);
        tally.Near(
            "logits_tail",
            samples.HasPadding ? tail_BtV.flatten(0, 1).index_select(0, chosen) : tail_BtV,
            samples.HasPadding ? own_BtV.flatten(0, 1).index_select(0, chosen) : own_BtV);
    }

    /// <summary>The likeliest token of every position. Two may change places where their logits lie within the tolerance of each other.</summary>
    private static void CompareLikeliest(GoldenCase golden, StageTable stages, SampleBatch samples, Tensor logits_BTV)
    {
        using DisposeScope scope = NewDisposeScope();
        if (golden.ReadFirst(2, "logits_argmax") is not Tensor recorded_BT)
        {
            return;
        }

        StageTally tally = stages[Qwen25VLStages.LikeliestTokens];
        if (!recorded_BT.shape.AsSpan().SequenceEqual(logits_BTV.shape.AsSpan(0, 2)))
        {
            tally.Fail($"logits_argmax: the shape is {TensorShape.Format(recorded_BT.shape)}, the logits are {TensorShape.Format(logits_BTV.shape)}");
            return;
        }

        long[] places = samples.Places();
        long[] recorded = TensorValues.Integers(recorded_BT);
        Tensor own_NV = logits_BTV.flatten(0, 1).cpu();
        long[] best = TensorValues.Integers(own_NV.argmax(-1));
        bool IsTie(long place) => recorded[place] >= 0 && recorded[place] < own_NV.shape[1]
            && own_NV[place, best[place]].item<float>() - own_NV[place, recorded[place]].item<float>() <= Qwen25VLTolerances.Gap;
        tally.SameItems(
            "logits_argmax", [.. places.Select(place => recorded[place])],
            [.. places.Select(place => best[place] != recorded[place] && IsTie(place) ? recorded[place] : best[place])]);
    }

    /// <summary>Figures of the pass that the JSON file has: the spread of the logits, and how even attention is.</summary>
    private static void CompareFigures(GoldenCase golden, StageTable stages, RecordedPass pass, SampleBatch samples, Tensor logits_BTV)
    {
        if (golden.Facts.Number("logit_std") is double spread)
        {
            using Tensor own_NV = logits_BTV.flatten(0, 1).cpu().index_select(0, tensor(samples.Places()));
            stages[Qwen25VLStages.Logits].Near("logit_std", spread, own_NV.std().item<float>());
        }

        if (golden.Facts.Numbers("mean_entropy_relative_to_uniform_per_layer") is not IReadOnlyList<double> entropies)
        {
            return;
        }

        StageTally tally = stages[Qwen25VLStages.AttentionEntropy];
        tally.Near(
            "mean_entropy_relative_to_uniform_per_layer", [.. entropies.Select(value => (float)value)],
            [.. Enumerable.Range(0, entropies.Count).Select(layer => (float)EntropyOf(pass.AttentionOf(layer), samples))]);
    }

    /// <summary>
    /// The mean entropy of rows of attention, each relative to that of a uniform row over all columns up to its own, as the recordings have it:
    /// without the first columns, and with padding counted among the columns.
    /// </summary>
    private static double EntropyOf(Tensor weights_BHTT, SampleBatch samples)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor entropy_BT = weights_BHTT.xlogy(weights_BHTT).sum(-1).neg().mean([1]);
        float[] entropies = TensorValues.Floats(entropy_BT);
        return Enumerable.Range(0, samples.Batch)
            .SelectMany(row => samples.Columns(row).Where(column => column >= FirstEntropy)
                .Select(column => entropies[(row * samples.Length) + column] / Math.Log(column + 1)))
            .DefaultIfEmpty(double.NaN).Average();
    }
}
