using System.Runtime.InteropServices;
using DriveKD.Data.Errors;
using DriveKD.Data.Verification;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>Runs one case through every stage that its content asks for.</summary>
internal static class CaseRunner
{
    /// <summary>What describes the recording and is no number of this implementation.</summary>
    private static readonly string[] _descriptions =
    [
        "checkpoint", "case", "kind", "note", "transformers_class_vs_opengvlab_class_max_abs_difference", "bfloat16_orientation",
        "generation_same_as_unpadded", "max_abs_difference_batched_vs_single", "max_abs_difference_when_position_ids_not_given",
    ];

    private static readonly string[] _generationDescriptions =
        ["smallest_top1_top2_margin", "cache_vs_no_cache_max_abs_logit_difference", "question_given_to_chat", "system_message"];

    /// <summary>Runs a case.</summary>
    /// <param name="subject">The case's checkpoint.</param>
    /// <param name="name">CHECKPOINT/CASE.</param>
    /// <param name="path">The case's files without their extensions.</param>
    /// <param name="cancellation">Checked between stages.</param>
    /// <returns>One row per stage; never empty.</returns>
    public static IReadOnlyList<GoldenCheck> Run(GoldenSubject subject, string name, string path, CancellationToken cancellation)
    {
        StageTable stages = new(ModelStages.All, ModelStages.Case);
        using DisposeScope scope = NewDisposeScope();
        try
        {
            using GoldenCase golden = GoldenCase.Open(name, path);
            RunStages(subject, golden, stages, cancellation);
            NoteLeftovers(golden, stages);
        }
        catch (InputException exception)
        {
            stages[ModelStages.Case].Fail(exception.Message);
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or ExternalException or OverflowException)
        {
            // The boundary of a case: whatever shape a golden has, the others still run.
            stages[ModelStages.Case].Fail($"{exception.GetType().Name}: {exception.Message.Split('\n')[0]}");
        }

        return stages.ToChecks(name);
    }

    private static void RunStages(GoldenSubject subject, GoldenCase golden, StageTable stages, CancellationToken cancellation)
    {
        CompareIndex(golden, stages[ModelStages.Files]);
        Tensor? pixels_N3HW = PixelStage.Run(subject, golden, stages);
        CaseInputs inputs = CaseInputs.Create(subject, golden, pixels_N3HW, SequenceInputs.Read(subject, golden));
        PromptStage.Run(subject, golden, stages, inputs);
        cancellation.ThrowIfCancellationRequested();
        ForwardStage.Run(subject, golden, stages, inputs);
        PaddedBatchStage.Run(subject, golden, stages, inputs);
        cancellation.ThrowIfCancellationRequested();
        LossStage.Run(subject, golden, stages, inputs);
        cancellation.ThrowIfCancellationRequested();
        GenerationStage.Run(subject, golden, stages, inputs, cancellation);
    }

    /// <summary>The JSON file lists the tensors that were recorded: none may be missing or of another shape.</summary>
    private static void CompareIndex(GoldenCase golden, StageTally tally)
    {
        foreach (string extension in (string[])[".json", ".safetensors"])
        {
            if (!File.Exists(golden.Path + extension))
            {
                tally.Fail($"{golden.Path}{extension} is missing");
            }
        }

        golden.CompareIndex(tally);
    }

    private static void NoteLeftovers(GoldenCase golden, StageTable stages)
    {
        golden.Facts.Ignore(_descriptions);
        golden.Facts.Object("generation")?.Ignore(_generationDescriptions);
        StageTally tally = stages[ModelStages.NotCompared];
        foreach (string name in golden.Unused.Concat(golden.Facts.Unused))
        {
            tally.Skip(name);
        }
    }
}
