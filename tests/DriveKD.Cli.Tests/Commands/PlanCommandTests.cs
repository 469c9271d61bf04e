using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using DriveKD.Models.Families;
using DriveKD.Models.Streaming;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class PlanCommandTests : IDisposable
{
    private readonly DistillationFixture _world = new();
    private readonly TestTerminal _terminal = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _world.Dispose();
    }

    [Fact]
    public void Run_ConfigAlone_TellsWhatTheReleasedModelNeeds()
    {
        WriteReleased1B();
        Assert.Equal(ExitCode.Done, _terminal.Run("plan", _world.Path("1B"), "--gpu", "a100-80gb"));

        foreach (string text in (string[])[
            "1B: 938,193,024 parameters of 2 bytes, head of its own\n",
            "6 pictures of 1600 x 900 in 9 tiles each: 14,080 tokens of prompt, 128 of answer\n",
            "│ vision tower           │  608 MB │ weights ",
            "│ total                  │ 3.81 GB │",
            "expected on A100-80GB: 45.77 tokens/s (assumed: 50 % of 312 TFLOP/s, 80 % of 2039 GB/s, 0.88 ms to start a layer)\n",
            "fits: 3.81 GB of 80.0 GB\n"])
        {
            Assert.Contains(text, _terminal.Output, StringComparison.Ordinal);
        }

        Assert.Empty(_terminal.Error);
    }

    [Fact]
    public void Run_Json_HasEveryNumberAndFollowsTheOptions()
    {
        WriteReleased1B();
        JsonElement plan = Json("plan", _world.Path("1B"), "--json", "--pictures", "1", "--tiles", "1", "--text-tokens", "44", "--answer-tokens", "56");
        Assert.Equal("running", plan.GetProperty("kind").GetString());
        Assert.Equal(300, plan.GetProperty("promptTokens").GetDouble());
        Assert.Equal(1_876_386_048, plan.GetProperty("memory").GetProperty("weightBytes").GetDouble());
        Assert.Equal(12_288, plan.GetProperty("keyValueBytesPerToken").GetDouble());
        Assert.Equal(356 * 12_288, plan.GetProperty("memory").GetProperty("keyValueBytes").GetDouble());
        Assert.Equal(JsonValueKind.Null, plan.GetProperty("firstTokenSeconds").ValueKind);
        Assert.Equal(JsonValueKind.Null, plan.GetProperty("fits").ValueKind);

        JsonElement wide = Json("plan", _world.Path("1B"), "--json", "--precision", "float32", "--gpu", "A100-80GB", "--tflops", "100", "--efficiency", "1", "--size", "448x448");
        Assert.Equal(2 * 1_876_386_048.0, wide.GetProperty("memory").GetProperty("weightBytes").GetDouble());
        Assert.Equal(100e12, wide.GetProperty("device").GetProperty("peakFlops").GetDouble());
        Assert.Equal(1, wide.GetProperty("device").GetProperty("computeEfficiency").GetDouble());
        Assert.Equal((6 * 256) + 256, wide.GetProperty("promptTokens").GetDouble());
        Assert.True(wide.GetProperty("fits").GetBoolean());
    }

    [Fact]
    public void Run_MemoryTooSmall_SaysSoAndCheckFailed()
    {
        Assert.Equal(ExitCode.CheckFailed, _terminal.Run("plan", _world.Path("student"), "--device-memory", "0.5"));
        Assert.Contains("no times: name a device", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("does not fit: 80", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Recipe_CountsItsSamplesTeachersAndGradients()
    {
        JsonElement plan = Json("plan", _world.Recipe, "--json", "--tflops", "1", "--bandwidth", "10");
        JsonElement work = plan.GetProperty("work");
        Assert.Equal("distillation", plan.GetProperty("kind").GetString());

        // Three steps of the recipe; one folder teaches all three; the tiny decoder of 148,544 and two tables of 457 x 64 are trained.
        Assert.Equal(3, work.GetProperty("steps").GetInt64());
        JsonElement teacher = Assert.Single(work.GetProperty("teachers").EnumerateArray());
        Assert.Equal((3, 1.0), (teacher.GetProperty("mapLayers").GetInt32(), teacher.GetProperty("sampleShare").GetDouble()));
        Assert.Equal(148_544 + (2 * 29_248), work.GetProperty("trained").GetProperty("total").GetDouble());
        Assert.Equal(["supervision", "perception", "reasoning", "planning"], work.GetProperty("tasks").EnumerateArray().Select(task => task.GetProperty("name").GetString()));
        Assert.False(work.GetProperty("lengths").GetProperty("isEstimated").GetBoolean());
        Assert.Equal(207_040 * 8, plan.GetProperty("memory").EnumerateArray().Single(part => part.GetProperty("name").GetString() == "masters, moments and averages").GetProperty("amount").GetDouble());
        Assert.DoesNotContain(plan.GetProperty("memory").EnumerateArray(), part => part.GetProperty("name").GetString() is "the program" or "pictures");
        Assert.True(plan.GetProperty("hours").GetDouble() > 0);
        Assert.True(plan.GetProperty("totalFlops").GetDouble() > 0);
        Assert.False(Directory.Exists(_world.Output));
    }

    [Fact]
    public void Run_RecipeWithOverrides_PlansWhatTheyChange()
    {
        double Trained(params string[] overrides) => Json(["plan", _world.Recipe, "--json", .. overrides]).GetProperty("work").GetProperty("trained").GetProperty("total").GetDouble();
        Assert.Equal(312_544, Trained("train.trainable=all"));

        // Rank 2 on q (64 to 64) and v (64 to 32) of four layers.
        Assert.Equal(4 * 2 * (128 + 96), Trained("train.lora.rank=2"));
        JsonElement epochs = Json("plan", _world.Recipe, "--json", "train.steps=null", "train.epochs=2", "train.accumulation=4", "train.ema=0.9", "precision=bfloat16", "gradients.per=window").GetProperty("work");
        Assert.Equal((4, 12.0), (epochs.GetProperty("steps").GetInt64(), epochs.GetProperty("samples").GetDouble()));
        Assert.True(epochs.GetProperty("hasAverage").GetBoolean() && epochs.GetProperty("hasMasters").GetBoolean());
        JsonElement alone = Json(
            "plan", _world.Recipe, "--json", "distillation.weights={supervision: 1, perception: 0, reasoning: 0, planning: 0}", "weighting.kind=static").GetProperty("work");
        Assert.Empty(alone.GetProperty("teachers").EnumerateArray());
        Assert.False(alone.GetProperty("hasTaskGradients").GetBoolean());
    }

    [Fact]
    public void Run_TeachersStream_CountsTwoLayersAndWhatWaitsBeforeARunWithoutTeachers()
    {
        JsonElement whole = Json("plan", _world.Recipe, "--json");
        Assert.True(Amount(whole.GetProperty("memory"), "teachers") > 0);
        Assert.Equal(JsonValueKind.Null, whole.GetProperty("targets").ValueKind);
        Assert.Equal(whole.GetProperty("memoryBytes").GetDouble(), whole.GetProperty("peakBytes").GetDouble());

        string folder = "cache.folder=" + _world.Path("kept");
        JsonElement plan = Json("plan", _world.Recipe, "--json", folder, "cache.stream=always", "cache.stream_memory=1");
        JsonElement targets = plan.GetProperty("targets");
        Assert.Equal(["teacher"], targets.GetProperty("streamed").EnumerateArray().Select(name => name.GetString()));
        ModelConfig config = ModelFamilies.FindPreset("tiny").Config;
        Assert.Equal(4 * StreamedSizes.Of(config).Largest(readsHead: false), Amount(targets.GetProperty("memory"), "parts of the teacher"));
        Assert.InRange(Amount(targets.GetProperty("memory"), "samples that wait")!.Value, 1000, 1 << 20);
        Assert.Null(Amount(plan.GetProperty("memory"), "teachers"));
        Assert.Empty(plan.GetProperty("work").GetProperty("teachers").EnumerateArray());
        double before = targets.GetProperty("memoryBytes").GetDouble();
        Assert.Equal(Math.Max(before, plan.GetProperty("memoryBytes").GetDouble()), plan.GetProperty("peakBytes").GetDouble());
        // What the teacher did in every epoch is done once for each of the six samples.
        Assert.Equal(6 * Amount(whole.GetProperty("flops"), "teachers")!.Value, targets.GetProperty("flops").GetDouble(), 1.0);
        Assert.False(Directory.Exists(_world.Path("kept")));

        using TestTerminal text = new();
        Assert.Equal(ExitCode.Done, text.Run("plan", _world.Recipe, folder, "cache.stream=always"));
        Assert.Contains("before the run, drivekd targets: teacher, one after the other (layer by layer: teacher)", text.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_TargetsLieInTheFolder_PlansNoTeacher()
    {
        string folder = "cache.folder=" + _world.Path("kept");
        using TestTerminal made = new();
        Assert.Equal(ExitCode.Done, made.Run("targets", _world.Recipe, folder));

        JsonElement plan = Json("plan", _world.Recipe, "--json", folder);
        Assert.Equal(["perception", "reasoning", "planning"], plan.GetProperty("stored").EnumerateArray().Select(role => role.GetString()));
        Assert.Null(Amount(plan.GetProperty("memory"), "teachers"));
        Assert.Equal(JsonValueKind.Null, plan.GetProperty("targets").ValueKind);
        Assert.Null(Amount(plan.GetProperty("flops"), "teachers"));

        // Other numbers are other targets.
        Assert.Empty(Json("plan", _world.Recipe, "--json", folder, "cache.stored=int8").GetProperty("stored").EnumerateArray());
    }

    [Fact]
    public void Run_FitsOnlyWithoutTeachers_PlansTheirTargetsBefore()
    {
        string folder = "cache.folder=" + _world.Path("kept");
        double bytes = Json("plan", _world.Recipe, "--json", folder).GetProperty("memoryBytes").GetDouble();
        string memory = ((bytes - 1) / 1e9).ToString("R", CultureInfo.InvariantCulture);

        JsonElement plan = Json("plan", _world.Recipe, "--json", folder, "--device-memory", memory);
        Assert.Empty(plan.GetProperty("targets").GetProperty("streamed").EnumerateArray());
        Assert.True(plan.GetProperty("fits").GetBoolean());
        using TestTerminal without = new();
        Assert.Equal(ExitCode.CheckFailed, without.Run("plan", _world.Recipe, "--device-memory", memory));
    }

    [Fact]
    public void Run_FinetuneRecipe_IsReadAsOne()
    {
        File.WriteAllText(_world.Recipe, $"""
            output: {_world.Output}
            model: student
            data:
              records: records.json
              images: images
            train:
              epochs: 1
            """);
        Assert.Equal(ExitCode.Done, _terminal.Run("plan", _world.Recipe));
        Assert.Contains("supervision backward", _terminal.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("teacher ", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StudentWithoutTokenizer_EstimatesAndSaysSo()
    {
        foreach (string file in (string[])["tokenizer.json", "vocab.json"])
        {
            File.Delete(_world.Path("student", file));
        }

        Assert.Equal(ExitCode.Done, _terminal.Run("plan", _world.Recipe));
        Assert.Contains("(estimated: the student's folder has no tokenizer)", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_StudentAndTeacher_PlansThePublishedRecipe()
    {
        JsonElement one = Json("plan", "--student", _world.Path("student"), "--teacher", _world.Path("teacher"), "--samples", "100", "--json").GetProperty("work");
        Assert.Equal((25, 100.0), (one.GetProperty("steps").GetInt64(), one.GetProperty("samples").GetDouble()));
        Assert.Single(one.GetProperty("teachers").EnumerateArray());
        Assert.True(one.GetProperty("hasMasters").GetBoolean());

        JsonElement several = Json(
            "plan", "--student", _world.Path("student"), "--teacher", _world.Path("teacher"), "--teacher", $"planning={_world.Path("student")}", "--json").GetProperty("work");
        Assert.Equal(2, several.GetProperty("teachers").GetArrayLength());
        Assert.Empty(Json("plan", "--student", _world.Path("student"), "--json").GetProperty("work").GetProperty("teachers").EnumerateArray());
    }

    [Theory]
    [InlineData("", "INPUT: is missing")]
    [InlineData("STUDENT --student STUDENT", "stands beside --student")]
    [InlineData("STUDENT --teacher STUDENT", "stands without --student")]
    [InlineData("STUDENT train.steps=3", "is a key of a recipe, but a model folder was named")]
    [InlineData("STUDENT --gpu H100", "known are H200, H100-SXM")]
    [InlineData("STUDENT --tflops 3", "times need both")]
    [InlineData("STUDENT --device-memory -1", "--device-memory: is -1; a number above 0 is expected")]
    [InlineData("STUDENT --efficiency 2", "a share above 0 and up to 1")]
    [InlineData("STUDENT --size 1600", "width x height in pixels")]
    [InlineData("STUDENT --size 0x900", "width x height in pixels")]
    [InlineData("STUDENT --tiles 0 --pictures -1", "--pictures: is -1; 0 to 1000 is expected")]
    [InlineData("STUDENT --precision int8", "'int8' is no precision")]
    [InlineData("--student STUDENT --teacher perception=STUDENT", "does not name a folder for every capability")]
    [InlineData("nowhere", "nowhere")]
    [InlineData("RECIPE distillation.signals.planning.student_layers=[9,9]", "[9, 9] does not fit a model of 4 decoder layers")]
    [InlineData("RECIPE train.trainable=[nothing]", "'nothing' matches no parameter")]
    public void Run_BadInput_OneMessage(string arguments, string expected)
    {
        string[] parts = arguments.Replace("STUDENT", _world.Path("student"), StringComparison.Ordinal).Replace("RECIPE", _world.Recipe, StringComparison.Ordinal)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(ExitCode.BadInput, _terminal.Run(["plan", .. parts]));
        Assert.Contains(expected, _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _terminal.Error, StringComparison.Ordinal);
        Assert.Empty(_terminal.Output);
    }

    private static double? Amount(JsonElement parts, string name)
    {
        foreach (JsonElement part in parts.EnumerateArray())
        {
            if (part.GetProperty("name").GetString() == name)
            {
                return part.GetProperty("amount").GetDouble();
            }
        }

        return null;
    }

    private static JsonElement Json(params string[] arguments)
    {
        using TestTerminal terminal = new();
        Assert.True(terminal.Run(arguments) == ExitCode.Done, terminal.Error);
        return JsonDocument.Parse(terminal.Output).RootElement;
    }

    /// <summary>A folder with nothing but the released 1B's config.json.</summary>
    private void WriteReleased1B()
    {
        JsonNode config = JsonNode.Parse(File.ReadAllText(_world.Path("student", "config.json")))!;
        void Set(JsonNode section, params (string Key, JsonNode Value)[] values) => values.ToList().ForEach(value => section[value.Key] = value.Value);
        Set(config, ("force_image_size", 448), ("hidden_size", 896), ("torch_dtype", "bfloat16"));
        Set(
            config["llm_config"]!,
            ("hidden_size", 896), ("num_hidden_layers", 24), ("num_attention_heads", 14), ("num_key_value_heads", 2), ("intermediate_size", 4864), ("vocab_size", 151674));
        config["llm_config"]!.AsObject().Remove("head_dim");
        Set(config["vision_config"]!, ("hidden_size", 1024), ("num_hidden_layers", 24), ("num_attention_heads", 16), ("intermediate_size", 4096), ("image_size", 448));
        Directory.CreateDirectory(_world.Path("1B"));
        File.WriteAllText(_world.Path("1B", "config.json"), config.ToJsonString());
    }
}
