using System.Globalization;
using System.Text.RegularExpressions;
using DriveKD.Data.Errors;
using DriveKD.Models.Qwen25VL;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>A table of grids with the order of their units and the ends of their windows. It needs no weights.</summary>
internal static partial class WindowTable
{
    /// <summary>The key that tells a row of this table.</summary>
    public const string Key = "window_index";

    public static void Run(GoldenCase table, StageTable stages)
    {
        Qwen25VLVisionConfig config = ConfigOf(table.Facts.Text("about"));
        StageTally tally = stages[Qwen25VLStages.Windows];
        IReadOnlyList<GoldenFacts> rows = table.Facts.Objects("rows") ?? [];
        for (int i = 0; i < rows.Count; i++)
        {
            IReadOnlyList<long[]> thw = rows[i].IntegerRows("image_grid_thw") ?? throw rows[i].Wrong("image_grid_thw", "a list of grids");
            IReadOnlyList<PatchGrid> grids = PictureStage.GridsOf($"{table.Path}.json, rows[{i}].image_grid_thw", thw, config.MergeSize);
            WindowOrder order = WindowOrder.Of(grids, config);
            Compare(tally, rows[i], i, Key, order.Units);
            Compare(tally, rows[i], i, "cu_window_seqlens_raw", WindowEnds.WithEmptyWindows(grids, config));
            Compare(tally, rows[i], i, "cu_window_seqlens", WindowEnds.Of(order.WindowLengths));
            Compare(tally, rows[i], i, "cu_seqlens", WindowEnds.Of(order.PictureLengths));
        }
    }

    private static void Compare(StageTally tally, GoldenFacts row, int index, string key, IReadOnlyList<long> actual)
    {
        if (row.Integers(key) is IReadOnlyList<int> expected)
        {
            tally.SameItems($"rows[{index}].{key}", [.. expected.Select(number => (long)number)], actual);
        }
    }

    /// <summary>The sides that the table was made with; the released ones where it does not say.</summary>
    private static Qwen25VLVisionConfig ConfigOf(string? about)
    {
        // Nothing but the sides is looked at.
        Qwen25VLVisionConfig config = new() { HiddenSize = 1, Layers = 1, Heads = 1, IntermediateSize = 1, FullAttentionBlocks = [], OutputSize = 1 };
        foreach (Match side in SidePattern().Matches(about ?? string.Empty))
        {
            int value = int.Parse(side.Groups["value"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
            config = side.Groups["name"].Value switch
            {
                "window_size" => config with { WindowSize = value },
                "patch" => config with { PatchSize = value },
                _ => config with { MergeSize = value },
            };
        }

        return config.MergeSize > 0 && config.PatchSize > 0 && config.WindowSide > 0
            ? config
            : throw new InputException("about", $"says \"{about}\": a window holds at least one unit, a unit at least one patch.");
    }

    [GeneratedRegex(@"\b(?<name>window_size|patch|merge) (?<value>[0-9]{1,6})\b", RegexOptions.CultureInvariant)]
    private static partial Regex SidePattern();
}
