using System.Text.Json.Nodes;
using DriveKD.Data.Verification;
using DriveKD.Models.Verification.Qwen25VL;
using DriveKD.Tests;

namespace DriveKD.Models.Tests.Verification.Qwen25VL;

public sealed class TableTests
{
    [Theory]
    [InlineData("window-index.json", Qwen25VLStages.Windows, 3 * 40)]
    [InlineData("rope-index.json", Qwen25VLStages.Positions, 2 * 40)]
    public void Run_TablesOfTheRepository_EveryRowIsEqual(string file, string stage, int compared)
    {
        Qwen25VLGoldenOptions options = new() { Wants = name => name == file };
        GoldenCheck check = Assert.Single(Qwen25VLGoldens.Run(TestPaths.Asset("qwen25vl"), options));

        Assert.Equal((file, stage), (check.Case, check.Stage));
        Assert.True(check.Passed, check.Detail);
        Assert.Equal(compared, check.Items.Count(item => !item.Name.Contains("padding", StringComparison.Ordinal)));
        string[] items = [.. check.Items.Select(item => item.Name)];
        Assert.All(Enumerable.Range(0, 40), row => Assert.Contains(items, item => item.StartsWith($"rows[{row}].", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("window-index.json", 0, "window_index")]
    [InlineData("window-index.json", 39, "cu_window_seqlens")]
    [InlineData("window-index.json", 17, "cu_seqlens")]
    [InlineData("window-index.json", 8, "about")]
    [InlineData("rope-index.json", 0, "position_ids_thw")]
    [InlineData("rope-index.json", 39, "rope_deltas")]
    [InlineData("rope-index.json", 2, "padding_side")]
    public void Run_OneChangedRow_IsNamed(string file, int row, string key)
    {
        using TemporaryFolder folder = new();
        // A table is known by its content, whatever its name.
        string copy = folder["renamed.json"];
        File.WriteAllBytes(copy, File.ReadAllBytes(TestPaths.Asset("qwen25vl", file)));
        CopiedGoldens.ChangeJson(copy, table =>
        {
            JsonObject changed = table["rows"]![row]!.AsObject();
            switch (key)
            {
                case "about":
                    table["about"] = "window_size 84, patch 14, merge 2";
                    break;
                case "padding_side":
                    changed[key] = changed[key]!.GetValue<string>() == "left" ? "right" : "left";
                    break;
                default:
                    JsonNode list = changed[key]!;
                    while (list[0] is JsonArray)
                    {
                        list = list[0]!;
                    }

                    list[0] = list[0]!.GetValue<int>() + 1;
                    break;
            }
        });
        GoldenCheck check = Assert.Single(Qwen25VLGoldens.Run(folder.Path));

        Assert.False(check.Passed);
        Assert.Equal("renamed.json", check.Case);
        Assert.StartsWith(key == "about" ? "rows[" : $"rows[{row}].{key}", check.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_BrokenTables_AreFailedRowsAndTheOthersRun()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["a.json"], "{\"rows\": [{\"image_grid_thw\": [[1, 3, 4]], \"window_index\": [0]}]}");
        File.WriteAllText(folder["b.json"], "{\"rows\": [{\"image_grid_thw\": [[1, 4, 4]], \"position_ids_thw\": []}]}");
        File.WriteAllText(folder["c.json"], "{");
        File.WriteAllText(folder["d.json"], "{\"rows\": [{\"image_grid_thw\": [[1, 4, 4]], \"window_index\": [0, 1, 2, 3]}]}");
        List<GoldenCheck> checks = [.. Qwen25VLGoldens.Run(folder.Path)];

        Assert.Equal(["a.json", "b.json", "c.json", "d.json"], checks.Select(check => check.Case));
        Assert.Equal([false, false, false, true], checks.Select(check => check.Passed));
        Assert.Contains("multiples of 2", checks[0].Detail, StringComparison.Ordinal);
        Assert.Contains("about", checks[1].Detail, StringComparison.Ordinal);
        Assert.Contains("not valid JSON", checks[2].Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("num_hidden_layers", Qwen25VLStages.Config)]
    [InlineData("rope_theta", Qwen25VLStages.Config)]
    [InlineData(null, Qwen25VLStages.TensorNames)]
    public void Run_ConfigOrNamesOfNoCheckpoint_Fail(string? key, string stage)
    {
        using CopiedGoldens goldens = new();
        goldens.AddCheckpoint(CopiedGoldens.Hub, "first");
        goldens.AddCheckpoint(CopiedGoldens.Newer, "second");
        goldens.AddTable("config-as-transformers-4.57-writes-it.json");
        goldens.AddTable("tensor-names-as-transformers-4.57-writes-them.json");
        Assert.All(goldens.Run(), check => Assert.True(check.Passed, check.Detail));
        if (key is null)
        {
            string names = goldens["tensor-names-as-transformers-4.57-writes-them.json"];
            CopiedGoldens.ChangeJson(names, table => table.First().Value!.AsArray().RemoveAt(7));
        }
        else
        {
            CopiedGoldens.ChangeJson(goldens["config-as-transformers-4.57-writes-it.json"], config => config["text_config"]![key] = 5);
        }

        GoldenCheck failure = Assert.Single(goldens.Run(), check => !check.Passed);
        Assert.Equal(stage, failure.Stage);
        Assert.Contains("as first has", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Checks_AreRepeated()
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Newer, "one-image");
        JsonObject checks = new()
        {
            ["model/one-image"] = new JsonObject
            {
                ["reload_identical_logits"] = true,
                ["bfloat16_compute_vs_float32_max_mean_abs_logit_difference"] = new JsonArray(0.29, 0.032),
                ["bfloat16_top1_agreement"] = 0.975,
                ["something"] = 1,
            },
            ["model/another"] = new JsonObject(),
            ["model/resaved"] = true,
        };
        File.WriteAllText(goldens["notes.json"], checks.ToJsonString());
        List<GoldenCheck> rows = goldens.Run();

        Assert.Equal([("notes.json", Qwen25VLStages.Files)], rows.Where(row => !row.Passed).Select(row => (row.Case, row.Stage)));
        Assert.Single(rows, row => row is { Stage: Qwen25VLStages.Reload, Passed: true, WorstAbsolute: 0 });
        Assert.Equal(3, Assert.Single(rows, row => row.Stage == Qwen25VLStages.BFloat16).Compared);
        string[] left = [.. rows.Where(row => row.Stage == Qwen25VLStages.NotCompared).Select(row => row.Detail!)];
        Assert.Contains(left, detail => detail.Contains("model/one-image.something", StringComparison.Ordinal));
        Assert.Contains(left, detail => detail.Contains("model/resaved", StringComparison.Ordinal));

        checks["model/one-image"]!["bfloat16_compute_vs_float32_max_mean_abs_logit_difference"] = new JsonArray(0.29, 0.001);
        File.WriteAllText(goldens["notes.json"], checks.ToJsonString());
        Assert.False(Assert.Single(goldens.Run(), row => row.Stage == Qwen25VLStages.BFloat16).Passed);
    }
}
