using System.Runtime.InteropServices;
using DriveKD.Data.Errors;
using DriveKD.Data.Verification;
using DriveKD.Models.Qwen25VL;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>Runs one case through every stage that its content asks for.</summary>
internal static class Qwen25VLCaseRunner
{
    /// <summary>Runs a case.</summary>
    /// <param name="subject">The case's checkpoint.</param>
    /// <param name="recorded">The case.</param>
    /// <param name="checks">What was checked of it when it was recorded; null where nothing is known.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <returns>One row per stage; never empty.</returns>
    public static IReadOnlyList<GoldenCheck> Run(
        Qwen25VLSubject subject, RecordedCase recorded, GoldenFacts? checks, CancellationToken cancellation) => Guard(recorded.Name, stages =>
        {
            bool isWhole = true;
            foreach (string extension in (string[])[".json", ".safetensors"])
            {
                if (!File.Exists(recorded.Path + extension))
                {
                    isWhole = false;
                    stages[Qwen25VLStages.Files].Fail($"{recorded.Path}{extension} is missing");
                }
            }

            if (isWhole)
            {
                using GoldenCase golden = GoldenCase.Open(recorded.Name, recorded.Path);
                RunStages(subject, golden, checks, stages, cancellation);
                NoteLeftovers(golden, checks, stages);
            }
        });

    /// <summary>Runs what compares something; whatever is wrong with it becomes a failed row.</summary>
    /// <param name="name">The case or table.</param>
    /// <param name="compare">The comparison.</param>
    public static IReadOnlyList<GoldenCheck> Guard(string name, Action<StageTable> compare)
    {
        StageTable stages = Qwen25VLStages.Create();
        using DisposeScope scope = NewDisposeScope();
        try
        {
            compare(stages);
        }
        catch (InputException exception)
        {
            stages[Qwen25VLStages.Case].Fail(exception.Message);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or ExternalException or OverflowException)
        {
            // The boundary of a case: whatever shape a golden has, the others still run.
            stages[Qwen25VLStages.Case].Fail($"{exception.GetType().Name}: {exception.Message.Split('\n')[0]}");
        }

        return stages.ToChecks(name);
    }

    private static void RunStages(Qwen25VLSubject subject, GoldenCase golden, GoldenFacts? checks, StageTable stages, CancellationToken cancellation)
    {
        IReadOnlyList<PatchGrid> grids = PictureStage.ReadGrids(subject, golden);
        Tensor? pixels_PX = PictureStage.Run(subject, golden, stages, grids);
        SampleBatch? samples = SampleBatch.Read(subject, golden, grids);
        CompareFiles(golden, stages[Qwen25VLStages.Files], samples, grids);
        if (samples is not null)
        {
            ConversationStage.Run(subject, golden, stages, samples);
        }

        PlacementStage.Run(subject, golden, stages, samples, grids);
        cancellation.ThrowIfCancellationRequested();
        Qwen25VLInputs inputs = new(pixels_PX, grids, samples);
        PassStage.Run(subject, golden, stages, inputs);
        cancellation.ThrowIfCancellationRequested();
        GradientStage.Run(subject, golden, stages, inputs);
        cancellation.ThrowIfCancellationRequested();
        GreedyStage.Run(subject, golden, stages, inputs, cancellation);
        if (checks is not null)
        {
            CheckStage.Run(subject, checks, stages, inputs, cancellation);
        }
    }

    /// <summary>The JSON file and the tensors are of one case.</summary>
    private static void CompareFiles(GoldenCase golden, StageTally tally, SampleBatch? samples, IReadOnlyList<PatchGrid> grids)
    {
        GoldenFacts facts = golden.Facts;
        if (facts.Text("case") is string name)
        {
            tally.Same("case", name, golden.Name[(golden.Name.IndexOf('/', StringComparison.Ordinal) + 1)..]);
        }

        if (facts.TextRows("images") is IReadOnlyList<string[]> images && samples is not null)
        {
            tally.SameItems(
                "pictures of each sample", [.. images.Select(row => row.Length)], [.. samples.Pictures.Select(pictures => pictures.Count)]);
            tally.Same("pictures", images.Sum(row => row.Length), grids.Count);
        }

        if (facts.IntegerRows("prompt_ids") is IReadOnlyList<long[]> prompts && samples is not null)
        {
            tally.Same("samples", prompts.Count, samples.Batch);
            for (int row = 0; row < Math.Min(prompts.Count, samples.Batch); row++)
            {
                int[] ids = samples.Ids(row, samples.Columns(row).Take(prompts[row].Length));
                tally.SameItems($"input_ids[{row}] begin with prompt_ids[{row}]", prompts[row], Array.ConvertAll(ids, id => (long)id));
            }
        }

        if (facts.Integers("rope_deltas") is IReadOnlyList<int> deltas && golden.ReadFirst("rope_deltas") is Tensor recordedDeltas)
        {
            tally.SameItems("rope_deltas", [.. deltas.Select(delta => (long)delta)], TensorValues.Integers(recordedDeltas));
        }

        if (facts.Number("loss") is double loss && golden.ReadFirst("loss") is Tensor recordedLoss)
        {
            tally.SameItems("loss", [(float)loss], TensorValues.Floats(recordedLoss));
        }
    }

    private static void NoteLeftovers(GoldenCase golden, GoldenFacts? checks, StageTable stages)
    {
        StageTally tally = stages[Qwen25VLStages.NotCompared];
        foreach (string name in golden.Unused.Concat(golden.Facts.Unused).Concat(checks?.Unused ?? []))
        {
            tally.Skip(name);
        }
    }
}
