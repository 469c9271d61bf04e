using DriveKD.Models.Layers;
using DriveKD.Models.Qwen25VL;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>Where things stand: units in windows, tokens in time, height and width.</summary>
internal static class PlacementStage
{
    public static void Run(Qwen25VLSubject subject, GoldenCase golden, StageTable stages, SampleBatch? samples, IReadOnlyList<PatchGrid> grids)
    {
        if (grids.Count > 0)
        {
            StageTally windows = stages[Qwen25VLStages.Windows];
            WindowOrder order = WindowOrder.Of(grids, subject.Config.Vision);
            Compare(golden, windows, "vision.window_index", order.Units);
            Compare(golden, windows, "vision.cu_window_seqlens_raw", WindowEnds.WithEmptyWindows(grids, subject.Config.Vision));
            Compare(golden, windows, "vision.cu_window_seqlens", WindowEnds.Of(order.WindowLengths));
            Compare(golden, windows, "vision.cu_seqlens", WindowEnds.Of(order.PictureLengths));
        }

        if (samples is null)
        {
            return;
        }

        StageTally positions = stages[Qwen25VLStages.Positions];
        if (golden.ReadFirst(3, "position_ids") is Tensor recorded_3BT)
        {
            positions.SameItems("position_ids", TensorValues.Integers(recorded_3BT), AllAxes(samples));
        }

        Compare(golden, positions, "rope_deltas", samples.Deltas());
        if (golden.Facts.Integers("rope_deltas") is IReadOnlyList<int> deltas)
        {
            positions.SameItems("rope_deltas of the JSON file", [.. deltas.Select(delta => (long)delta)], samples.Deltas());
        }
    }

    /// <summary>All positions, axis by axis and sample by sample; those of text alone are the same on every axis.</summary>
    public static long[] AllAxes(SampleBatch samples)
    {
        SequencePositions own = samples.Positions();
        using Tensor positions = own.ToTensor(CPU);
        long[] values = TensorValues.Integers(positions);
        return own.AreOrdinary ? [.. Enumerable.Repeat(values, RotarySections.Axes).SelectMany(axis => axis)] : values;
    }

    private static void Compare(GoldenCase golden, StageTally tally, string name, IReadOnlyList<long> actual)
    {
        if (golden.Has(name))
        {
            using Tensor recorded = golden.Read(name);
            tally.SameItems(name, TensorValues.Integers(recorded), actual);
        }
    }
}
