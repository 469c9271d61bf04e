using System.Text.Json.Nodes;
using DriveKD.Data.Errors;
using DriveKD.Data.Verification;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.InternVL;
using DriveKD.Models.Tests.Support;
using DriveKD.Models.Verification.InternVL;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Tests.Verification.InternVL;

public sealed class InternVLGoldensTests
{
    [Fact]
    public void Run_ReferenceGoldens_EveryStageOfEveryCasePasses()
    {
        List<GoldenCheck> checks = [.. InternVLGoldens.Run(TestPaths.RequireShared("golden", "internvl"))];

        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Case}: {check.Stage}: {check.Detail}"));
        Assert.Equal(14, checks.Select(check => check.Case).Distinct().Count(name => !name.StartsWith("tables/", StringComparison.Ordinal)));
        Assert.Equal(5, checks.Select(check => check.Case).Distinct().Count(name => name.StartsWith("tables/", StringComparison.Ordinal)));
        Assert.Equal(0, checks.Sum(check => check.NotCompared));
        Assert.Equal(4, checks.Count(check => check.Stage == ModelStages.Gradients));
        Assert.Equal(9, checks.Count(check => check.Stage == ModelStages.GeneratedIds));
        Assert.Equal(13, checks.Count(check => check.Stage == ModelStages.Pixels));
        Assert.Equal(13, checks.Count(check => check.Stage == ModelStages.Logits));
    }

    [Theory]
    [InlineData(false, InternVLFamily.OpenGVLabLayout, TensorDType.F32)]
    [InlineData(true, InternVLFamily.OpenGVLabLayout, TensorDType.BF16)]
    [InlineData(false, InternVLFamily.TransformersLayout, TensorDType.F16)]
    [InlineData(true, InternVLFamily.TransformersLayout, TensorDType.F32)]
    public void Run_OtherShapesLayoutsAndDtypes_PassWhole(bool isSixB, string layout, TensorDType dtype)
    {
        using RecordedGoldens goldens = new(isSixB ? TestModels.SixB : TestModels.Small, layout, dtype, seed: 3);
        List<GoldenCheck> checks = goldens.Run();

        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Case}: {check.Stage}: {check.Detail}"));
        Assert.Equal(RecordedGoldens.Cases, checks.Select(check => check.Case).Distinct().Count());
        Assert.Equal(0, checks.Sum(check => check.NotCompared));
    }

    [Fact]
    public void Run_TwoFoldersInOneProcess_LeaveNothingBehind()
    {
        using RecordedGoldens goldens = new();
        goldens.Run();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        goldens.Run();

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    // One changed value, and where it must show first.
    [Theory]
    [InlineData("train", "pixels_u8", ModelStages.Pixels)]
    [InlineData("train", "pixel_values", ModelStages.PixelValues)]
    [InlineData("train", "llm.input_ids", ModelStages.Tokens)]
    [InlineData("train", "llm.image_mask", null)]
    [InlineData("train", "llm.labels", ModelStages.Tokens)]
    [InlineData("train", "vit.embeddings", ModelStages.VisionEmbeddings)]
    [InlineData("train", "vit.block00.attention", ModelStages.VisionBlocks)]
    [InlineData("train", "vit.block01", ModelStages.VisionBlocks)]
    [InlineData("train", "vit.pixel_shuffle", ModelStages.PixelShuffle)]
    [InlineData("train", "projector.gelu", ModelStages.Projector)]
    [InlineData("train", "llm.inputs_embeds", ModelStages.Embeddings)]
    [InlineData("train", "llm.rope_sin", ModelStages.Rotary)]
    [InlineData("train", "llm.layer00.k_rope", ModelStages.DecoderParts)]
    [InlineData("train", "llm.layer02.mlp", ModelStages.DecoderParts)]
    [InlineData("train", "llm.hidden.02", ModelStages.HiddenStates)]
    [InlineData("train", "llm.hidden.04_before_final_norm", ModelStages.HiddenStates)]
    [InlineData("train", "llm.hidden.04_after_final_norm", ModelStages.HiddenStates)]
    [InlineData("train", "llm.attention.03", ModelStages.Attention)]
    [InlineData("train", "llm.logits", ModelStages.Logits)]
    [InlineData("train", "grad.language_model.model.norm.weight", ModelStages.Gradients)]
    [InlineData("train", "grad.vision_model.encoder.layers.1.attn.qkv.bias", ModelStages.Gradients)]
    [InlineData("chat", "vit.last_block_tile0", ModelStages.VisionBlocks)]
    [InlineData("chat", "llm.hidden_last4.02", ModelStages.HiddenStates)]
    [InlineData("chat", "llm.attention_head_mean.01", ModelStages.Attention)]
    [InlineData("chat", "llm.logits_last4", ModelStages.Logits)]
    [InlineData("chat", "generation.token_ids", ModelStages.GeneratedIds)]
    [InlineData("chat", "generation.top5_ids", ModelStages.GeneratedIds)]
    [InlineData("chat", "generation.top5_logits", ModelStages.GenerationLogits)]
    [InlineData("chat", "generation.last_step_logits", ModelStages.GenerationLogits)]
    [InlineData("batch", "position_ids", ModelStages.Tokens)]
    [InlineData("batch", "attention_head_mean.01_last_row", ModelStages.Attention)]
    [InlineData("batch", "last_logits", ModelStages.Logits)]
    [InlineData("batch", "last_logits_single_unpadded", ModelStages.Logits)]
    [InlineData("batch", "generated_ids", ModelStages.GeneratedIds)]
    public void Run_OneChangedValue_FailsAtItsStageFirst(string name, string tensor, string? stage)
    {
        using RecordedGoldens goldens = new();
        goldens.Change(name, tensors => Alter(tensors[tensor]));
        GoldenCheck failure = FirstFailure(goldens, name);

        // A mask that no longer fits the pictures ends the case instead.
        Assert.Equal(stage ?? ModelStages.Case, failure.Stage);
        Assert.NotNull(failure.Detail);
    }

    [Theory]
    [InlineData("vit.block02")]
    [InlineData("projector.out")]
    [InlineData("llm.hidden.01")]
    [InlineData("llm.attention.00")]
    [InlineData("llm.logits")]
    [InlineData("grad.vision_model.encoder.layers.0.norm1.weight")]
    public void Run_NotANumberInAGolden_Fails(string tensor)
    {
        using RecordedGoldens goldens = new();
        goldens.Change("train", tensors => tensors[tensor].view(-1)[0] = torch.tensor(float.NaN));
        GoldenCheck failure = FirstFailure(goldens, "train");

        Assert.True(double.IsNaN(failure.WorstAbsolute));
    }

    [Fact]
    public void Run_ModelThatGivesNotANumber_Fails()
    {
        using RecordedGoldens goldens = new();
        string weights = Path.Combine(goldens.Folder, RecordedGoldens.Checkpoint, "model.safetensors");
        using (DisposeScope scope = NewDisposeScope())
        {
            Dictionary<string, Tensor> tensors = [];
            using (SafetensorsFile file = SafetensorsFile.Open(weights))
            {
                file.Entries.ToList().ForEach(entry => tensors.Add(entry.Name, file.ReadTensor(entry)));
            }

            tensors["language_model.model.layers.1.mlp.up_proj.weight"].view(-1)[0] = torch.tensor(float.NaN);
            SafetensorsWriter.Write(weights, [.. tensors]);
        }

        Dictionary<string, bool> stages = goldens.Run().Where(check => check.Case == "model/train").ToDictionary(check => check.Stage, check => check.Passed);
        Assert.True(stages[ModelStages.Projector] && stages[ModelStages.Embeddings]);
        Assert.False(stages[ModelStages.HiddenStates] || stages[ModelStages.Logits] || stages[ModelStages.Loss]);
    }

    [Fact]
    public void Run_OtherShape_FailsWithBothShapes()
    {
        using RecordedGoldens goldens = new();
        goldens.Change("train", tensors => tensors["llm.hidden.02"] = tensors["llm.hidden.02"].narrow(2, 0, 31).contiguous());
        GoldenCheck check = Assert.Single(goldens.Run(), check => check.Case == "model/train" && check.Stage == ModelStages.HiddenStates);

        Assert.False(check.Passed);
        Assert.Contains("32], expected [1, ", check.Detail, StringComparison.Ordinal);
        Assert.Contains(", 31]", check.Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("loss_cross_entropy", ModelStages.Loss)]
    [InlineData("supervised_tokens_after_shift", ModelStages.Loss)]
    [InlineData("gradient_norm_total", ModelStages.GradientNorms)]
    [InlineData("sequence_length", ModelStages.Tokens)]
    public void Run_OneChangedNumber_FailsAtItsStage(string key, string stage)
    {
        using RecordedGoldens goldens = new();
        goldens.ChangeFacts("train", facts => facts[key] = key == "loss_cross_entropy" ? facts[key]!.GetValue<double>() + 1e-3 : facts[key]!.GetValue<double>() is double value && value == Math.Round(value) ? (int)value + 1 : value * 1.001);

        Assert.Equal(stage, FirstFailure(goldens, "train").Stage);
    }

    [Fact]
    public void Run_ChangedListsAndTexts_FailAtTheirStages()
    {
        using RecordedGoldens goldens = new();
        goldens.ChangeFacts("train", facts =>
        {
            facts["token_losses"]![0] = facts["token_losses"]![0]!.GetValue<double>() + 1e-3;
            facts["attention_row_max_mean_by_layer"]![1] = facts["attention_row_max_mean_by_layer"]![1]!.GetValue<double>() + 1e-3;
            facts["gradient_norms"]!["language_model.model.norm.weight"] = 77;
        });
        goldens.ChangeFacts("chat", facts =>
        {
            facts["prompt_with_placeholders"] = facts["prompt_with_placeholders"]!.GetValue<string>() + " ";
            facts["generation"]!["text"] = "something else";
        });
        List<GoldenCheck> failed = [.. goldens.Run().Where(check => !check.Passed)];

        Assert.Equal(
            [
                ("model/chat", ModelStages.Prompt), ("model/chat", ModelStages.Tokens), ("model/chat", ModelStages.GeneratedText),
                ("model/train", ModelStages.AttentionPeaks), ("model/train", ModelStages.TokenLosses), ("model/train", ModelStages.GradientNorms),
            ],
            failed.Select(check => (check.Case, check.Stage)));
    }

    [Fact]
    public void Run_TensorsThatTheModelCannotHave_Fail()
    {
        using RecordedGoldens goldens = new();
        goldens.Change("train", tensors =>
        {
            tensors["llm.hidden.05"] = zeros(1, 2, 3);
            tensors["llm.attention.04"] = zeros(1, 2, 3);
            tensors["llm.layer07.mlp"] = zeros(1, 2, 3);
            tensors["vit.block03"] = zeros(1, 2, 3);
            tensors["grad.language_model.model.layers.9.mlp.up_proj.weight"] = zeros(1, 2, 3);
        });
        string[] failed = [.. goldens.Run().Where(check => check.Case == "model/train" && !check.Passed).Select(check => check.Stage)];

        Assert.Equal([ModelStages.VisionBlocks, ModelStages.DecoderParts, ModelStages.HiddenStates, ModelStages.Attention, ModelStages.Gradients], failed);
    }

    [Fact]
    public void Run_UnknownTensorsAndKeys_AreCountedAndNamed()
    {
        using RecordedGoldens goldens = new();
        goldens.Change("train", tensors => (tensors["llm.flux"], tensors["vit.block00.wobble"]) = (zeros(3), zeros(3)));
        goldens.ChangeFacts("train", facts => facts["new_measure"] = 3);
        GoldenCheck check = Assert.Single(goldens.Run(), check => check.Stage == ModelStages.NotCompared);

        Assert.Equal(("model/train", 3, true), (check.Case, check.NotCompared, check.Passed));
        Assert.All(["llm.flux", "vit.block00.wobble", "new_measure"], name => Assert.Contains(name, check.Detail, StringComparison.Ordinal));
    }

    // Recordings differ in whether the stop token is among the ids; the step that gave it is among the logits either way.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Run_GenerationThatStoppedEarly_Passes(bool includesStop)
    {
        using RecordedGoldens goldens = new();
        int stop = 0;
        int before = 0;
        goldens.Change("chat", tensors =>
        {
            long[] ids = tensors["generation.token_ids"].data<long>().ToArray();
            stop = (int)ids[^1];
            before = Array.IndexOf(ids, ids[^1]);
            tensors["generation.token_ids"] = tensors["generation.token_ids"].narrow(0, 0, before + (includesStop ? 1 : 0)).clone();
            tensors["generation.top5_ids"] = tensors["generation.top5_ids"].narrow(0, 0, before + 1).clone();
            tensors["generation.top5_logits"] = tensors["generation.top5_logits"].narrow(0, 0, before + 1).clone();
            tensors.Remove("generation.last_step_logits");
        });
        goldens.ChangeFacts("chat", facts =>
        {
            facts.Remove("tensors");
            JsonObject generation = facts["generation"]!.AsObject();
            generation["stop_token"] = stop;
            generation["stopped_early"] = true;
            generation["new_tokens"] = before + (includesStop ? 1 : 0);
            generation.Remove("text");
            generation.Remove("chat_method_output");
        });

        Assert.All(goldens.Run(name => name == "model/chat"), check => Assert.True(check.Passed, $"{check.Stage}: {check.Detail}"));
    }

    [Fact]
    public void Run_NothingButUnknownTensors_Fails()
    {
        using RecordedGoldens goldens = new();
        using (Tensor unknown = zeros(3))
        {
            SafetensorsWriter.Write(goldens.PathOf("odd") + ".safetensors", [KeyValuePair.Create("odd", unknown)]);
        }

        File.WriteAllText(goldens.PathOf("odd") + ".json", "{}");
        Assert.Contains(goldens.Run(name => name == "model/odd"), check => !check.Passed && check.Detail!.Contains("nothing of this case", StringComparison.Ordinal));
    }

    [Fact]
    public void Run_TensorMissingFromTheFile_IsMissed()
    {
        using RecordedGoldens goldens = new();
        goldens.Change("train", tensors => tensors.Remove("llm.hidden.03"));
        GoldenCheck failure = FirstFailure(goldens, "train");

        Assert.Equal(ModelStages.Files, failure.Stage);
        Assert.Contains("llm.hidden.03", failure.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_WithoutPixels_StartsFromTheRecordedFeatures()
    {
        using RecordedGoldens goldens = new();
        goldens.Change("train", tensors => new[] { "pixels_u8", "pixel_values" }.ToList().ForEach(name => tensors.Remove(name)));
        goldens.ChangeFacts("train", facts => facts.Remove("tensors"));
        List<GoldenCheck> checks = goldens.Run(name => name == "model/train");

        Assert.All(checks, check => Assert.True(check.Passed, $"{check.Stage}: {check.Detail}"));
        Assert.Contains(checks, check => check.Stage == ModelStages.Logits);
        Assert.Contains(checks, check => check.Stage == ModelStages.Embeddings);
        Assert.DoesNotContain(checks, check => check.Stage == ModelStages.VisionBlocks);
        Assert.True(checks.Sum(check => check.NotCompared) > 20, "what hangs on pixels is counted as not compared");
    }

    [Fact]
    public void Run_PictureNotThere_IsNotComparedUnlessItsFolderWasNamed()
    {
        using RecordedGoldens goldens = new();
        File.Delete(Path.Combine(goldens.Pictures, RecordedGoldens.Picture));
        GoldenCheck named = Assert.Single(goldens.Run(), check => check is { Case: "model/train", Stage: ModelStages.Pixels });
        GoldenCheck looked = Assert.Single(InternVLGoldens.Run(goldens.Folder), check => check is { Case: "model/train", Stage: ModelStages.Pixels });

        Assert.Equal((false, 0), (named.Passed, named.NotCompared));
        Assert.Equal((true, 1), (looked.Passed, looked.NotCompared));
    }

    [Fact]
    public void Run_PictureOutsideItsFolder_IsNotOpened()
    {
        using RecordedGoldens goldens = new();
        File.Copy(Path.Combine(goldens.Pictures, RecordedGoldens.Picture), Path.Combine(goldens.Folder, "outside.png"));
        goldens.ChangeFacts("train", facts => facts["images"] = new JsonArray("../outside.png"));

        Assert.Equal(ModelStages.Pixels, FirstFailure(goldens, "train").Stage);
    }

    [Fact]
    public void Run_ModelThatCannotBeOpened_FailsItsCasesAndGoesOn()
    {
        using RecordedGoldens goldens = new();
        Directory.CreateDirectory(Path.Combine(goldens.Folder, "goldens", "absent"));
        File.Copy(goldens.PathOf("train") + ".json", Path.Combine(goldens.Folder, "goldens", "absent", "train.json"));
        List<GoldenCheck> checks = goldens.Run();

        GoldenCheck failure = Assert.Single(checks, check => !check.Passed);
        Assert.Equal(("absent/train", "load"), (failure.Case, failure.Stage));
        Assert.Equal(RecordedGoldens.Cases + 1, checks.Select(check => check.Case).Distinct().Count());
    }

    [Theory]
    [InlineData("{", "not valid JSON")]
    [InlineData("[]", "JSON object")]
    [InlineData("""{"tiles_per_image": "one"}""", "tiles_per_image")]
    [InlineData("""{"tiles_per_image": [1.5]}""", "whole numbers")]
    public void Run_BrokenFacts_FailTheirCaseAndGoOn(string json, string expected)
    {
        using RecordedGoldens goldens = new();
        File.WriteAllText(goldens.PathOf("train") + ".json", json);
        List<GoldenCheck> checks = goldens.Run();

        Assert.Contains(checks, check => check.Case == "model/train" && !check.Passed && check.Detail!.Contains(expected, StringComparison.Ordinal));
        Assert.All(checks.Where(check => check.Case != "model/train"), check => Assert.True(check.Passed));
    }

    [Theory]
    [InlineData("pixels_u8", 1, 24, 20, 3)]
    [InlineData("pixels_u8", 1, 24, 24, 4)]
    [InlineData("pixels_u8", 24, 24, 3)]
    [InlineData("pixels_u8", 2, 24, 24, 3)]
    [InlineData("llm.input_ids", 7)]
    [InlineData("llm.input_ids", 1, 7)]
    [InlineData("llm.image_mask", 1, 7)]
    [InlineData("llm.labels", 1, 7)]
    [InlineData("llm.labels", 0)]
    public void Run_InputsOfImpossibleShapes_FailTheirCaseAndGoOn(string tensor, params int[] shape)
    {
        using RecordedGoldens goldens = new();
        goldens.Change("train", tensors => tensors[tensor] = zeros([.. shape.Select(size => (long)size)], tensors[tensor].dtype));
        List<GoldenCheck> checks = goldens.Run();

        Assert.Contains(checks, check => check.Case == "model/train" && !check.Passed);
        Assert.All(checks.Where(check => check.Case != "model/train"), check => Assert.True(check.Passed));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1_000_000)]
    public void Run_IdsOutsideTheVocabulary_FailTheirCase(long id)
    {
        using RecordedGoldens goldens = new();
        goldens.Change("train", tensors => tensors["llm.input_ids"][0, 1] = torch.tensor(id));

        Assert.Contains("outside the", FirstFailure(goldens, "train", ModelStages.Case).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_FolderWithoutCases_IsRefused()
    {
        using TemporaryFolder folder = new();
        Assert.False(InternVLGoldens.AreIn(folder.Path));
        Assert.Throws<InputException>(() => InternVLGoldens.Run(folder.Path).ToList());
        Directory.CreateDirectory(folder["goldens", "model"]);

        Assert.True(InternVLGoldens.AreIn(folder.Path));
        Assert.Throws<InputException>(() => InternVLGoldens.Run(folder.Path).ToList());
    }

    [Fact]
    public void Run_Cancelled_StopsBetweenCases()
    {
        using RecordedGoldens goldens = new();
        using CancellationTokenSource source = new();
        List<string> seen = [];

        Assert.Throws<OperationCanceledException>(() =>
        {
            foreach (GoldenCheck check in InternVLGoldens.Run(goldens.Folder, cancellation: source.Token))
            {
                seen.Add(check.Case);
                source.Cancel();
            }
        });
        Assert.Equal(["model/batch"], seen.Distinct());
    }

    private static GoldenCheck FirstFailure(RecordedGoldens goldens, string name, string? stage = null)
    {
        List<GoldenCheck> checks = goldens.Run();
        Assert.All(checks.Where(check => check.Case != $"model/{name}"), check => Assert.True(check.Passed, $"{check.Case}: {check.Stage}: {check.Detail}"));
        return checks.First(check => !check.Passed && (stage is null || check.Stage == stage));
    }

    /// <summary>Changes the first element by what no tolerance lets pass.</summary>
    private static void Alter(Tensor tensor)
    {
        Tensor flat = tensor.view(-1);
        Tensor first = flat[0].clone();
        flat[0] = tensor.dtype switch
        {
            ScalarType.Bool => first.logical_not(),
            ScalarType.Byte => first.bitwise_xor(torch.tensor((byte)128)),
            ScalarType.Int64 => torch.tensor(first.ToInt64() == 5 ? 6L : 5L),
            _ => torch.tensor((first.ToSingle() * 1.01f) + 0.001f),
        };
    }
}
