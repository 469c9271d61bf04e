using DriveKD.Data.Imaging;
using DriveKD.Models.Layers;
using DriveKD.Models.Qwen25VL;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>A table of padded batches with the positions of their tokens. It needs no weights.</summary>
internal static class PositionTable
{
    /// <summary>The key that tells a row of this table.</summary>
    public const string Key = "position_ids_thw";

    // As all released models have it; the table does not say.
    private const int MergeSize = 2;

    public static void Run(GoldenCase table, StageTable stages)
    {
        GoldenFacts about = table.Facts.Object("about") ?? throw table.Facts.Wrong("about", "an object that names ids");
        int slotId = about.Integer("image_pad") ?? throw about.Wrong("image_pad", "an id");
        int? padId = about.Integer("pad");
        int? startId = about.Integer("vision_start");
        int? endId = about.Integer("vision_end");
        about.Ignore(Key);
        StageTally tally = stages[Qwen25VLStages.Positions];
        IReadOnlyList<GoldenFacts> rows = table.Facts.Objects("rows") ?? [];
        for (int i = 0; i < rows.Count; i++)
        {
            GoldenFacts row = rows[i];
            string where = $"{table.Path}.json, rows[{i}]";
            IReadOnlyList<long[]> ids_BT = row.IntegerRows("input_ids") ?? throw row.Wrong("input_ids", "a list of ids");
            IReadOnlyList<long[]>? mask_BT = row.IntegerRows("attention_mask");
            IReadOnlyList<PatchGrid> grids = PictureStage.GridsOf(where, row.IntegerRows("image_grid_thw") ?? [], MergeSize);
            PictureLayout[] layouts = [.. grids.Select(grid => SampleBatch.LayoutOf(grid, MergeSize))];
            SampleBatch samples = SampleBatch.Create(where, ids_BT, mask_BT, layouts, slotId, PositionsOf);
            if (row.IntegerPlanes(Key) is IReadOnlyList<IReadOnlyList<long[]>> expected_3BT)
            {
                long[] expected = [.. expected_3BT.SelectMany(axis => axis).SelectMany(sample => sample)];
                tally.SameItems($"rows[{i}].{Key}", expected, PlacementStage.AllAxes(samples));
            }

            if (row.Integers("rope_deltas") is IReadOnlyList<int> deltas)
            {
                tally.SameItems($"rows[{i}].rope_deltas", [.. deltas.Select(delta => (long)delta)], samples.Deltas());
            }

            CompareForm(tally, row, i, samples, padId, startId, endId);
        }
    }

    /// <summary>The positions of a sample, without a model; null where its tokens are just counted.</summary>
    private static RowPositions? PositionsOf(IReadOnlyList<bool> isImage_T, IReadOnlyList<PictureLayout> pictures)
    {
        if (pictures.Count == 0)
        {
            return null;
        }

        long[,] positions_3T = MultimodalPositions.Of(isImage_T, [.. pictures.Select(picture => (picture.TokenRows, picture.TokenColumns))]);
        return new RowPositions(positions_3T, MultimodalPositions.NextAfter(positions_3T));
    }

    /// <summary>What the row says of itself: where its padding stands, and what stands in it and around pictures.</summary>
    private static void CompareForm(StageTally tally, GoldenFacts row, int index, SampleBatch samples, int? padId, int? startId, int? endId)
    {
        string? side = row.Text("padding_side");
        for (int b = 0; b < samples.Batch; b++)
        {
            int[] padding = samples.Columns(b, isPadding: true);
            int first = side == "right" ? samples.Length - padding.Length : 0;
            if (side is not null)
            {
                tally.SameItems($"rows[{index}].padding_side, sample {b}", [.. Enumerable.Range(first, padding.Length)], padding);
            }

            if (padId is int pad)
            {
                tally.SameItems($"rows[{index}].input_ids[{b}], padding", [.. padding.Select(_ => pad)], samples.Ids(b, padding));
            }

            int[] ids = samples.Ids(b, samples.Columns(b));
            foreach (int? mark in new[] { startId, endId }.Where(mark => mark is not null))
            {
                tally.Same($"rows[{index}].input_ids[{b}], pictures with {mark}", samples.Pictures[b].Count, ids.Count(id => id == mark));
            }
        }
    }
}
