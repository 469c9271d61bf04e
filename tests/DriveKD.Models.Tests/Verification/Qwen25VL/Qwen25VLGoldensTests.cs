using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Data.Verification;
using DriveKD.Models.Verification.Qwen25VL;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Verification.Qwen25VL;

public sealed class Qwen25VLGoldensTests
{
    private const string Batch = "left-padded-batch";
    private const string OneImage = "one-image";
    private const string TextOnly = "text-only";

    [Fact]
    public void Run_ReferenceFolder_EveryStageOfEveryCasePasses()
    {
        ProgressList progress = new();
        string folder = TestPaths.RequireShared("golden", "qwen25vl");
        List<GoldenCheck> checks = [.. Qwen25VLGoldens.Run(folder, new Qwen25VLGoldenOptions { Progress = progress })];

        AllPass(checks);
        Assert.Equal(9, checks.Select(check => check.Case).Distinct().Count(name => name.Contains('/', StringComparison.Ordinal)));
        Assert.Equal(5, checks.Select(check => check.Case).Distinct().Count(name => name.EndsWith(".json", StringComparison.Ordinal)));
        Assert.Equal(Enumerable.Range(0, 14).Select(done => ((long)done, 14L)), progress.Reports.Select(report => (report.Done, report.Total)));
        int Count(string stage) => checks.Count(check => check.Stage == stage);
        Assert.All(
            [
                Qwen25VLStages.Prompt, Qwen25VLStages.Logits, Qwen25VLStages.Loss, Qwen25VLStages.Gradients, Qwen25VLStages.GeneratedIds,
                Qwen25VLStages.IdsWithoutCache, Qwen25VLStages.Reload,
            ],
            stage => Assert.Equal(9, Count(stage)));
        Assert.All(
            [Qwen25VLStages.PixelValues, Qwen25VLStages.PatchEmbedding, Qwen25VLStages.VisionBlocks, Qwen25VLStages.Merger],
            stage => Assert.Equal(7, Count(stage)));
        Assert.Equal(1, Count(Qwen25VLStages.IdsAlone));
        Assert.Equal(1, Count(Qwen25VLStages.BFloat16));
        // What says how two kernels of the reference differ, and what its own files have gone through.
        Assert.Equal(20, checks.Sum(check => check.NotCompared));
        Assert.All(checks.Where(check => check.NotCompared > 0), check => Assert.Equal(Qwen25VLStages.NotCompared, check.Stage));
    }

    [Fact]
    public void Run_TwoFoldersInOneProcess_LeaveNothingBehind()
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Hub, Batch);
        goldens.Run();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        AllPass(goldens.Run());

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    // One changed value at a tensor's end, where no padding is, and where it must show first.
    [Theory]
    [InlineData(OneImage, "pixel_values", Qwen25VLStages.Pictures)]
    [InlineData(Batch, "pixel_values_uint8", Qwen25VLStages.Pictures)]
    [InlineData(Batch, "image_grid_thw", Qwen25VLStages.Case)]
    [InlineData(Batch, "input_ids", Qwen25VLStages.Tokens)]
    [InlineData(Batch, "labels", Qwen25VLStages.Tokens)]
    [InlineData(Batch, "position_ids", Qwen25VLStages.Positions)]
    [InlineData(Batch, "rope_deltas", Qwen25VLStages.Files)]
    [InlineData(Batch, "vision.window_index", Qwen25VLStages.Windows)]
    [InlineData(Batch, "vision.cu_window_seqlens_raw", Qwen25VLStages.Windows)]
    [InlineData(Batch, "vision.cu_window_seqlens", Qwen25VLStages.Windows)]
    [InlineData(Batch, "vision.cu_seqlens", Qwen25VLStages.Windows)]
    [InlineData(Batch, "vision.patch_embed", Qwen25VLStages.PatchEmbedding)]
    [InlineData(Batch, "vision.rotary_angles", Qwen25VLStages.RotaryAngles)]
    [InlineData(Batch, "vision.block0.norm1", Qwen25VLStages.VisionBlocks)]
    [InlineData(Batch, "vision.block0.attention_branch", Qwen25VLStages.VisionBlocks)]
    [InlineData(Batch, "vision.block2.output", Qwen25VLStages.VisionBlocks)]
    [InlineData(Batch, "vision.merger.norm", Qwen25VLStages.Merger)]
    [InlineData(Batch, "vision.merger.output_window_order", Qwen25VLStages.Merger)]
    [InlineData(Batch, "vision.output", Qwen25VLStages.Merger)]
    [InlineData(Batch, "inputs_embeds", Qwen25VLStages.Embeddings)]
    [InlineData(Batch, "text.rotary_cos", Qwen25VLStages.Rotary)]
    [InlineData(Batch, "text.rotary_sin", Qwen25VLStages.Rotary)]
    [InlineData(Batch, "text.layer0.input_norm", Qwen25VLStages.DecoderParts)]
    [InlineData(Batch, "text.layer0.attention_branch", Qwen25VLStages.DecoderParts)]
    [InlineData(Batch, "text.layer0.mlp_branch", Qwen25VLStages.DecoderParts)]
    [InlineData(Batch, "hidden_states.0", Qwen25VLStages.HiddenStates)]
    [InlineData(Batch, "hidden_states.3", Qwen25VLStages.HiddenStates)]
    [InlineData(Batch, "text.last_layer_output_before_norm", Qwen25VLStages.HiddenStates)]
    [InlineData(Batch, "final_norm_output", Qwen25VLStages.HiddenStates)]
    [InlineData(Batch, "attentions.1", Qwen25VLStages.Attention)]
    [InlineData(OneImage, "logits", Qwen25VLStages.Logits)]
    [InlineData(Batch, "logits_tail", Qwen25VLStages.Logits)]
    [InlineData(Batch, "logits_logsumexp", Qwen25VLStages.Logits)]
    [InlineData(Batch, "logits_argmax", Qwen25VLStages.LikeliestTokens)]
    [InlineData(Batch, "loss", Qwen25VLStages.Files)]
    public void Run_OneChangedValue_FailsAtItsStageFirst(string name, string tensor, string stage)
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Hub, name);
        goldens.Change("model", name, tensors => Alter(tensors[tensor]));
        GoldenCheck failure = goldens.Run().First(check => !check.Passed);

        Assert.Equal(stage, failure.Stage);
        Assert.NotNull(failure.Detail);
    }

    // Where text is, the JSON file says it too; where it does not, the number alone must show.
    [Theory]
    [InlineData("case", Qwen25VLStages.Files)]
    [InlineData("images", Qwen25VLStages.Pictures)]
    [InlineData("prompt_ids", Qwen25VLStages.Files)]
    [InlineData("prompt_text", Qwen25VLStages.Prompt)]
    [InlineData("full_text", Qwen25VLStages.Tokens)]
    [InlineData("rope_deltas", Qwen25VLStages.Files)]
    [InlineData("loss", Qwen25VLStages.Files)]
    [InlineData("loss_sdpa", Qwen25VLStages.Loss)]
    [InlineData("number_of_loss_positions", Qwen25VLStages.Loss)]
    [InlineData("logit_std", Qwen25VLStages.Logits)]
    [InlineData("mean_entropy_relative_to_uniform_per_layer", Qwen25VLStages.AttentionEntropy)]
    [InlineData("total_gradient_norm", Qwen25VLStages.GradientNorms)]
    [InlineData("gradients.visual.merger.ln_q.weight.l2_norm", Qwen25VLStages.GradientNorms)]
    [InlineData("gradients.model.layers.3.mlp.up_proj.weight.sum", Qwen25VLStages.Gradients)]
    [InlineData("gradients.visual.patch_embed.proj.weight.first_values", Qwen25VLStages.Gradients)]
    [InlineData("generation.greedy.new_ids", Qwen25VLStages.GeneratedIds)]
    [InlineData("generation.greedy_repetition_penalty_1.05.new_ids", Qwen25VLStages.GeneratedIds)]
    [InlineData("generation.greedy.equal_without_cache", Qwen25VLStages.IdsWithoutCache)]
    [InlineData("generation.greedy.first_step_top5.logits", Qwen25VLStages.GenerationLogits)]
    [InlineData("generation.greedy.first_step_top5.ids", Qwen25VLStages.GeneratedIds)]
    [InlineData("generation.greedy_repetition_penalty_1.05.margins", Qwen25VLStages.Gaps)]
    [InlineData("generation.greedy.smallest_margin_between_first_and_second_logit", Qwen25VLStages.Gaps)]
    [InlineData("generation.greedy.text", Qwen25VLStages.GeneratedText)]
    [InlineData("generation.greedy.contains_special_ids", Qwen25VLStages.GeneratedText)]
    public void Run_OneChangedFact_FailsAtItsStageFirst(string key, string stage)
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Hub, Batch);
        goldens.ChangeFacts("model", Batch, facts =>
        {
            (JsonObject parent, string last) = Find(facts, key);
            parent[last] = Altered(parent[last]!);
        });
        GoldenCheck failure = goldens.Run().First(check => !check.Passed);

        Assert.Equal(stage, failure.Stage);
        Assert.NotNull(failure.Detail);
    }

    [Fact]
    public void Run_ChangedIds_FailWithoutCacheAndAloneToo()
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Hub, Batch);
        goldens.ChangeFacts("model", Batch, facts =>
        {
            JsonObject greedy = facts["generation"]!["greedy"]!.AsObject();
            greedy["new_ids"] = Altered(greedy["new_ids"]!);
        });

        Assert.Equal(
            [Qwen25VLStages.GeneratedIds, Qwen25VLStages.IdsWithoutCache, Qwen25VLStages.IdsAlone],
            goldens.Run().Where(check => !check.Passed).Select(check => check.Stage));
    }

    [Fact]
    public void Run_ChangedRowsOfPadding_AreNotLookedAt()
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Hub, Batch);
        goldens.Change("model", Batch, tensors =>
        {
            foreach (string name in (string[])["hidden_states.2", "attentions.0", "final_norm_output", "logits_logsumexp", "text.layer0.mlp_branch"])
            {
                // The first sample begins with padding.
                Tensor first = tensors[name].view(-1)[0];
                first.copy_(torch.tensor(float.NaN));
            }
        });

        AllPass(goldens.Run());
    }

    [Theory]
    [InlineData("vision.block3.output")]
    [InlineData("vision.output")]
    [InlineData("hidden_states.1")]
    [InlineData("attentions.3")]
    [InlineData("logits_tail")]
    public void Run_NotANumberInAGolden_Fails(string tensor)
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Hub, Batch);
        goldens.Change("model", Batch, tensors => tensors[tensor].view(-1)[-1] = torch.tensor(float.NaN));
        GoldenCheck failure = goldens.Run().First(check => !check.Passed);

        Assert.True(double.IsNaN(failure.WorstAbsolute));
    }

    [Theory]
    [InlineData("hidden_states.2")]
    [InlineData("vision.merger.norm")]
    [InlineData("logits_tail")]
    [InlineData("logits_argmax")]
    [InlineData("labels")]
    [InlineData("position_ids")]
    public void Run_OtherShape_FailsAndSaysSo(string tensor)
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Hub, OneImage);
        goldens.Change("model", OneImage, tensors =>
        {
            Tensor value = tensors.TryGetValue(tensor, out Tensor? found) ? found : tensors["logits"].narrow(1, 69, 12);
            tensors[tensor] = value.narrow(-1, 0, value.shape[^1] - 1).contiguous();
        });

        Assert.Contains(goldens.Run(), check => !check.Passed && check.Detail!.Contains(tensor, StringComparison.Ordinal));
    }

    [Fact]
    public void Run_WhatIsNotKnown_IsNamed()
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Tied, TextOnly);
        goldens.Change("model", TextOnly, tensors => tensors["text.something_else"] = zeros(3));
        goldens.ChangeFacts("model", TextOnly, facts => facts["remark"] = "none");
        File.WriteAllText(goldens["other.json"], "{\"rows\": []}");
        List<GoldenCheck> checks = goldens.Run();

        AllPass(checks);
        GoldenCheck left = Assert.Single(checks, check => check.Case == $"model/{TextOnly}" && check.NotCompared > 0);
        Assert.Contains("text.something_else", left.Detail, StringComparison.Ordinal);
        Assert.Contains("remark", left.Detail, StringComparison.Ordinal);
        Assert.Contains("unknown form", Assert.Single(checks, check => check.Case == "other.json").Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LayersThatTheModelHasNot_Fail()
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Hub, OneImage);
        goldens.Change("model", OneImage, tensors =>
        {
            foreach (string name in (string[])["hidden_states.4", "attentions.4", "text.layer9.input_norm", "vision.block4.output"])
            {
                tensors[name] = zeros(1, 2);
            }
        });

        Assert.Equal(
            [Qwen25VLStages.VisionBlocks, Qwen25VLStages.DecoderParts, Qwen25VLStages.HiddenStates, Qwen25VLStages.Attention],
            goldens.Run().Where(check => !check.Passed).Select(check => check.Stage));
    }

    [Theory]
    [InlineData(".json", false)]
    [InlineData(".safetensors", false)]
    [InlineData(".json", true)]
    [InlineData(".safetensors", true)]
    public void Run_MissingOrTruncatedFile_FailsAndTheOtherCasesRun(string extension, bool isTruncated)
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Tied, TextOnly);
        goldens.AddCase(CopiedGoldens.Tied, TextOnly, "model", "another");
        string file = goldens.PathOf("model", TextOnly) + extension;
        if (isTruncated)
        {
            File.WriteAllBytes(file, File.ReadAllBytes(file)[..5000]);
        }
        else
        {
            File.Delete(file);
        }

        List<GoldenCheck> checks = goldens.Run();
        GoldenCheck failure = Assert.Single(checks, check => !check.Passed);
        Assert.Equal($"model/{TextOnly}", failure.Case);
        Assert.Contains(file, failure.Detail, StringComparison.Ordinal);
        Assert.Contains(checks, check => check is { Case: "model/another", Stage: Qwen25VLStages.GeneratedIds, Passed: true });
    }

    [Fact]
    public void Run_MissingPicture_FailsAndTheRestIsComparedFromWhatIsRecorded()
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Newer, OneImage);
        Directory.Delete(goldens["images"], recursive: true);
        List<GoldenCheck> checks = goldens.Run();

        Assert.Equal(Qwen25VLStages.Pictures, Assert.Single(checks, check => !check.Passed).Stage);
        Assert.Contains(checks, check => check is { Stage: Qwen25VLStages.Logits, Passed: true });
    }

    [Fact]
    public void Run_CheckpointsThatCannotBeOpened_FailTheirCasesAlone()
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Tied, TextOnly);
        foreach (string checkpoint in (string[])["broken", "gone"])
        {
            goldens.AddCheckpoint(CopiedGoldens.Tied, checkpoint);
            goldens.AddCase(CopiedGoldens.Tied, TextOnly, checkpoint, "x");
        }

        File.WriteAllText(goldens["broken", "config.json"], "{");
        Directory.Delete(goldens["gone"], recursive: true);
        List<GoldenCheck> failures = [.. goldens.Run().Where(check => !check.Passed)];

        Assert.Equal([("gone-x", Qwen25VLStages.Load), ("broken/x", Qwen25VLStages.Load)], failures.Select(check => (check.Case, check.Stage)));
        Assert.Contains("valid JSON", failures[1].Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OtherNamesAndNumbersOfLayers_PassWhole()
    {
        using CopiedGoldens goldens = new();
        goldens.AddPictures();
        // One name begins with the other, and a case's name looks like a checkpoint's.
        goldens.AddCheckpoint(CopiedGoldens.Tied, "m");
        goldens.AddCase(CopiedGoldens.Tied, TextOnly, "m", "small");
        goldens.AddCheckpoint(CopiedGoldens.Hub, "m-small");
        goldens.AddCase(CopiedGoldens.Hub, "six-images", "m-small", "a-1");
        CutToTwoLayers(goldens, "m-small", "a-1");
        List<GoldenCheck> checks = goldens.Run();

        Assert.True(Qwen25VLGoldens.AreIn(goldens.Folder));
        AllPass(checks);
        Assert.Equal(["m/small", "m-small/a-1"], checks.Select(check => check.Case).Distinct());
        GoldenCheck hidden = Assert.Single(checks, check => check is { Case: "m-small/a-1", Stage: Qwen25VLStages.HiddenStates });
        Assert.Equal(["hidden_states.0", "hidden_states.1", "text.last_layer_output_before_norm"], hidden.Items.Select(item => item.Name));
        GoldenCheck attention = Assert.Single(checks, check => check is { Case: "m-small/a-1", Stage: Qwen25VLStages.Attention });
        Assert.Equal(["attentions.0", "attentions.1"], attention.Items.Select(item => item.Name));
    }

    [Fact]
    public void Run_ChosenCases_RunAlone()
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Tied, TextOnly);
        goldens.AddTable("window-index.json");
        ProgressList progress = new();
        List<GoldenCheck> checks = goldens.Run(new Qwen25VLGoldenOptions { Wants = name => name == "window-index.json", Progress = progress });

        Assert.Equal("window-index.json", Assert.Single(checks).Case);
        Assert.Equal(new DataProgress("window-index.json", 0, 1), Assert.Single(progress.Reports));
    }

    [Fact]
    public void Run_Cancelled_Stops()
    {
        using CopiedGoldens goldens = CopiedGoldens.Of(CopiedGoldens.Tied, TextOnly);
        using CancellationTokenSource source = new();
        source.Cancel();

        Assert.Throws<OperationCanceledException>(() => Qwen25VLGoldens.Run(goldens.Folder, cancellation: source.Token).ToList());
    }

    [Fact]
    public void AreIn_OtherFolders_AreNotTaken()
    {
        using TemporaryFolder empty = new();

        Assert.False(Qwen25VLGoldens.AreIn(empty.Path));
        Assert.False(Qwen25VLGoldens.AreIn(empty["absent"]));
        Assert.True(Qwen25VLGoldens.AreIn(TestPaths.Asset("qwen25vl")));
        Assert.All(
            Directory.GetDirectories(TestPaths.RequireShared("golden")),
            folder => Assert.Equal(Path.GetFileName(folder) == "qwen25vl", Qwen25VLGoldens.AreIn(folder)));
        Assert.Throws<InputException>(() => Qwen25VLGoldens.Run(empty.Path));
        Assert.Throws<InputException>(() => Qwen25VLGoldens.Run(empty["absent"]));
    }

    /// <summary>The first two layers of a model, and of a case what these give: a hidden state is the output of the layer before it.</summary>
    private static void CutToTwoLayers(CopiedGoldens goldens, string checkpoint, string name)
    {
        CopiedGoldens.ChangeJson(goldens[checkpoint, "config.json"], config => config["num_hidden_layers"] = 2);
        CopiedGoldens.ChangeFile(goldens[checkpoint, "model.safetensors"], tensors =>
        {
            foreach (string tensor in tensors.Keys.Where(IsOfLaterLayers).ToList())
            {
                tensors.Remove(tensor);
            }
        });
        goldens.Change(checkpoint, name, tensors =>
        {
            tensors["text.last_layer_output_before_norm"] = tensors["hidden_states.2"];
            string[] later =
            [
                "hidden_states.2", "hidden_states.3", "attentions.2", "attentions.3", "final_norm_output", "logits_tail", "logits_logsumexp",
                "logits_argmax", "loss",
            ];
            foreach (string tensor in later)
            {
                tensors.Remove(tensor);
            }
        });
        goldens.ChangeFacts(checkpoint, name, facts =>
        {
            string[] kept = ["case", "prompt_ids", "prompt_text", "full_text", "images", "rope_deltas", "number_of_loss_positions"];
            foreach (string key in facts.Select(fact => fact.Key).Except(kept).ToList())
            {
                facts.Remove(key);
            }
        });
    }

    private static bool IsOfLaterLayers(string tensor) =>
        tensor.StartsWith("model.layers.2.", StringComparison.Ordinal) || tensor.StartsWith("model.layers.3.", StringComparison.Ordinal);

    private static void AllPass(IEnumerable<GoldenCheck> checks) =>
        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Case}: {check.Stage}: {check.Detail}"));

    private static void Alter(Tensor values)
    {
        Tensor last = values.view(-1)[-1];
        last.copy_(last.dtype switch
        {
            ScalarType.Byte => last.bitwise_xor(torch.tensor((byte)1)),
            ScalarType.Int64 => last.bitwise_xor(torch.tensor(1L)),
            _ => last.exp(),
        });
    }

    /// <summary>Where a key stands whose parts may hold dots themselves.</summary>
    private static (JsonObject Parent, string Key) Find(JsonObject parent, string path)
    {
        if (parent.ContainsKey(path))
        {
            return (parent, path);
        }

        string key = parent.Select(member => member.Key).Single(key => path.StartsWith(key + ".", StringComparison.Ordinal));
        return Find(parent[key] is JsonArray list ? list[0]!.AsObject() : parent[key]!.AsObject(), path[(key.Length + 1)..]);
    }

    /// <summary>Another value of the same kind; of a list one whose last item is another.</summary>
    private static JsonNode Altered(JsonNode value)
    {
        switch (value)
        {
            case JsonArray list:
                JsonArray other = list.DeepClone().AsArray();
                other[^1] = Altered(list[^1]!);
                return other;
            case JsonValue scalar when scalar.TryGetValue(out bool flag):
                return JsonValue.Create(!flag);
            case JsonValue scalar when scalar.TryGetValue(out string? text):
                // Still made of whole turns, where the answer is among them.
                string turned = text.Replace("left", "right", StringComparison.Ordinal);
                return JsonValue.Create(turned == text ? text + "x" : turned);
            case JsonValue scalar when scalar.TryGetValue(out int number):
                return JsonValue.Create(number + 1);
            default:
                return JsonValue.Create((value.GetValue<double>() * 1.01) + 0.01);
        }
    }

    private sealed class ProgressList : IProgress<DataProgress>
    {
        public List<DataProgress> Reports { get; } = [];

        public void Report(DataProgress value) => Reports.Add(value);
    }
}
