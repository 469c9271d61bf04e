using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands;

public sealed class DistillCommandTests : IDisposable
{
    private readonly DistillationFixture _world = new();
    private readonly TestTerminal _terminal = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _world.Dispose();
    }

    [Fact]
    public void Run_SmallRecipe_ShowsProgressAndSaysWhereTheStudentIs()
    {
        Assert.Equal(0, _terminal.Run("distill", _world.Recipe));
        Assert.Contains("step 1/3", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("step 3/3", _terminal.Error, StringComparison.Ordinal);
        foreach (string text in (string[])["ce", "perception", "reasoning", "planning", "samples/s", "left"])
        {
            Assert.Contains(text, _terminal.Error, StringComparison.Ordinal);
        }

        Assert.Contains("Done after 3 steps", _terminal.Output, StringComparison.Ordinal);
        Assert.True(File.Exists(_world.Path("run", "final", "model.safetensors")));
        Assert.Contains("seed: 7", File.ReadAllText(_world.Path("run", "recipe.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_PrecisionAuto_SaysWhatWasChosenAndWritesIt()
    {
        Assert.Equal(0, _terminal.Run("distill", _world.Recipe, "precision=auto"));
        Assert.Contains("precision: auto chose float32: a model", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("precision: float32", File.ReadAllText(_world.Path("run", "recipe.yaml")), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_EpochsFromTheCommandLine_CountsTheShortWindows()
    {
        Assert.Equal(0, _terminal.Run("distill", _world.Recipe, "train.steps=null", "train.epochs=2", "train.accumulation=4"));
        Assert.Contains("Done after 4 steps", _terminal.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_OutputHoldsARun_RefusesBeforeAnythingIsReadAndKeepsIt()
    {
        Assert.Equal(0, _terminal.Run("distill", _world.Recipe));
        byte[] before = File.ReadAllBytes(_world.Path("run", "metrics.jsonl"));
        using TestTerminal again = new();
        Assert.Equal(2, again.Run("distill", _world.Recipe));
        Assert.Contains("already holds a run", again.Error, StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllBytes(_world.Path("run", "metrics.jsonl")));
    }

    [Theory]
    [InlineData("train.stepz=3", "train.steps")]
    [InlineData("models.student=nowhere", "models.student")]
    [InlineData("train.steps=0", "train.steps")]
    [InlineData("distillation.mixing.perception={perception: 0, reasoning: 0, planning: 0}", "distillation.mixing")]
    public void Run_BadOverride_NamesItAndLeavesNothing(string argument, string named)
    {
        Assert.Equal(2, _terminal.Run("distill", _world.Recipe, argument));
        Assert.Contains(named, _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _terminal.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.Output));
    }

    [Fact]
    public void Run_FaultyRecords_StopsWithAllOfThemOrCountsThem()
    {
        string records = _world.Path("records.json");
        File.WriteAllText(records, File.ReadAllText(records).Replace("picture1.png", "gone.png", StringComparison.Ordinal));
        Assert.Equal(2, _terminal.Run("distill", _world.Recipe));
        Assert.Contains("2 errors", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("gone.png", _terminal.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.Output));

        using TestTerminal counting = new();
        Assert.Equal(0, counting.Run("distill", _world.Recipe, "data.on_error=skip-and-count"));
        Assert.Contains("2 of 6 records left out", counting.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_EveryRecordFaulty_RefusesAnEmptySet()
    {
        string records = _world.Path("records.json");
        File.WriteAllText(records, File.ReadAllText(records).Replace("picture", "gone", StringComparison.Ordinal));
        Assert.Equal(2, _terminal.Run("distill", _world.Recipe, "data.on_error=skip-and-count"));
        Assert.Contains("no sample is left", _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Interrupted_EndsWith130AndSaysHowToLook()
    {
        _terminal.Interrupt();
        Assert.Equal(130, _terminal.Run("distill", _world.Recipe));
    }

    [Fact]
    public void Resume_InterruptedRun_GoesOnWithItsOwnRecipe()
    {
        Interrupt("checkpoint.every=1");

        using TestTerminal again = new();
        Assert.Equal(0, again.Run("distill", "--resume", _world.Output));
        Assert.Contains("going on in", again.Error, StringComparison.Ordinal);
        Assert.Contains("Done after 3 steps", again.Output, StringComparison.Ordinal);
        Assert.Equal(3, File.ReadLines(_world.Path("run", "metrics.jsonl")).Count());
        Assert.Contains("resumptions", File.ReadAllText(_world.Path("run", "run.json")), StringComparison.Ordinal);

        using TestTerminal finished = new();
        Assert.Equal(2, finished.Run("distill", "--resume", _world.Output));
        Assert.Contains("nothing to resume", finished.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Resume_RecipeDataAndModelChanged_ListsAllAndGoesOnOnlyWhenAllowed()
    {
        Interrupt();
        File.AppendAllText(_world.Path("records.json"), "\n");
        string config = _world.Path("teacher", "config.json");
        File.AppendAllText(config, "\n");
        byte[] before = File.ReadAllBytes(_world.Path("run", "run.json"));

        using TestTerminal refused = new();
        Assert.Equal(2, refused.Run("distill", "train.steps=4", "seed=8", "--resume", _world.Output));
        foreach (string text in (string[])["seed: 7 then, 8 now", "train.steps: 3 then, 4 now", "records.json: its content has changed", "teacher: its content has changed", "--allow-changed"])
        {
            Assert.Contains(text, refused.Error, StringComparison.Ordinal);
        }

        Assert.Equal(before, File.ReadAllBytes(_world.Path("run", "run.json")));

        using TestTerminal allowed = new();
        Assert.Equal(0, allowed.Run("distill", "train.steps=4", "--resume", _world.Output, "--allow-changed"));
        Assert.Contains("changed: train.steps: 3 then, 4 now", allowed.Error, StringComparison.Ordinal);
        Assert.Contains("Done after 4 steps", allowed.Output, StringComparison.Ordinal);
        Assert.Contains("train.steps: 3 then, 4 now", File.ReadAllText(_world.Path("run", "run.json")), StringComparison.Ordinal);
        Assert.Contains("steps: 4", File.ReadAllText(_world.Path("run", "recipe.yaml")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "distill" }, "RECIPE: is missing")]
    [InlineData(new[] { "distill", "recipe.yaml", "--allow-changed" }, "stands without --resume")]
    [InlineData(new[] { "distill", "--resume", "nowhere" }, "is no folder")]
    [InlineData(new[] { "finetune" }, "RECIPE: is missing: drivekd finetune")]
    public void Run_ArgumentsThatMakeNoRun_SayWhatIsExpected(string[] arguments, string expected)
    {
        Assert.Equal(2, _terminal.Run(arguments));
        Assert.Contains(expected, _terminal.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Finetune_OneCapability_TrainsOnItsAnswersAlone()
    {
        string recipe = _world.Path("finetune.yaml");
        File.WriteAllText(recipe, $"""
            output: {_world.Output}
            model: student
            data: {"{"} records: records.json, images: images, capabilities: planning {"}"}
            train: {"{"} epochs: 2, accumulation: 2, learning_rate: 1e-3 {"}"}
            """);
        Assert.Equal(0, _terminal.Run("finetune", recipe));
        Assert.Contains("2 samples; writing", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("Done after 2 steps", _terminal.Output, StringComparison.Ordinal);
        string metrics = File.ReadAllText(_world.Path("run", "metrics.jsonl"));
        Assert.Contains("loss.ce", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain("loss.planning", metrics, StringComparison.Ordinal);

        using TestTerminal bad = new();
        Assert.Equal(2, bad.Run("finetune", recipe, "model=nowhere", "output=" + _world.Path("other")));
        Assert.Contains("model", bad.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("models.student", bad.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void Run_LossesThatAreNoNumbers_AreLeftOutNamedAndCountedWhereAllowed()
    {
        _world.BreakEmbeddingOf("student", "3");
        Assert.Equal(2, _terminal.Run("distill", _world.Recipe, "checkpoint.every=1", "train.steps=6", "train.shuffle=false"));
        Assert.Contains("records.json", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("ce loss is NaN", _terminal.Error, StringComparison.Ordinal);
        Assert.Contains("on_nonfinite=skip-and-count", _terminal.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_world.Path("run", "checkpoints", "step-000001", "model.safetensors")));

        using TestTerminal counting = new();
        Assert.Equal(0, counting.Run("distill", _world.Recipe, "train.on_nonfinite=skip-and-count", "train.shuffle=false", "output=" + _world.Path("counted")));
        Assert.Contains("left out: ", counting.Error, StringComparison.Ordinal);
        Assert.Contains("a loss or gradient was no number: 1 samples", counting.Output, StringComparison.Ordinal);
        Assert.Single(File.ReadAllLines(_world.Path("counted", "skipped.tsv")));
        Assert.Contains("\"skipped\":1", File.ReadLines(_world.Path("counted", "metrics.jsonl")).Last(), StringComparison.Ordinal);
    }

    [Fact]
    public void Run_Validation_KeepsTheBestAndStopsEarly()
    {
        string[] validation = ["validation.records=" + _world.Path("records.json"), "validation.every=1", "validation.answers=2", "validation.max_new_tokens=3", "validation.metric=exact-match", "validation.patience=2"];
        Assert.Equal(0, _terminal.Run(["distill", _world.Recipe, "train.steps=20", .. validation]));
        // Babbling answers never match: the first validation stays the best, and two more end the run.
        Assert.Contains("Done after 3 steps, because validations no longer got better", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("Best validation: step 1", _terminal.Output, StringComparison.Ordinal);
        Assert.Contains("exact 0.0 %", _terminal.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(_world.Path("run", "best", "model.safetensors")));
        Assert.Contains("validation.loss.planning", File.ReadAllText(_world.Path("run", "metrics.jsonl")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("distillation.weights.planning=-1", "distillation.weights.planning")]
    [InlineData("distillation.weights.planning=.nan", "not NaN or infinite")]
    [InlineData("distillation.mixing.planning={perception: 0, reasoning: 0, planning: 0}", "every share of this row is 0")]
    [InlineData("models.teachers.planning=null", "the planning teacher has no folder")]
    [InlineData("distillation.signals.planning.student_layers=[9, 9]", "models.student")]
    [InlineData("distillation.signals.planning.teacher_layers=[3, 40]", "models.teachers")]
    [InlineData("data.capabilities=[planning, perceptoin]", "perception")]
    [InlineData("train.rate_factors=['*.nothing.*=0.5']", "no parameter that is trained matches")]
    [InlineData("gradients.method=agb", "did you mean 'agp'?")]
    [InlineData("distillation.signals.planning.distance=divergense", "did you mean 'divergence'?")]
    public void Run_SettingsThatMakeNoSense_AreRefusedWithTheKey(string argument, string expected)
    {
        Assert.Equal(2, _terminal.Run("distill", _world.Recipe, argument));
        Assert.Contains(expected, _terminal.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", _terminal.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_world.Output));
    }

    /// <summary>A run that was stopped after its first step.</summary>
    private void Interrupt(params string[] overrides)
    {
        using TestTerminal stopped = new();
        stopped.InterruptAt("step 1/");
        Assert.Equal(130, stopped.Run(["distill", _world.Recipe, .. overrides]));
    }
}
