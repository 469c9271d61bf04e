using DriveKD.Data.Errors;
using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class RecipeReaderTests
{
    [Fact]
    public void Read_MinimalRecipe_KeepsEveryDefault()
    {
        DistillRecipe recipe = RecipeText.Read(RecipeText.Minimal).Recipe;

        Assert.Equal(42, recipe.Seed);
        Assert.Equal("auto", recipe.Device);
        Assert.Equal(Precision.Float32, recipe.Precision);
        Assert.Equal(OnError.Stop, recipe.Data.OnError);
        Assert.Equal(2, recipe.Data.Records!.Count);
        Assert.Equal(20, recipe.Train.Steps);
        Assert.Null(recipe.Train.Epochs);
        Assert.Equal((4, 5e-5, 0.9, 0.999, 1e-8, 0.0), (recipe.Train.Accumulation, recipe.Train.LearningRate, recipe.Train.Betas.First,
            recipe.Train.Betas.Second, recipe.Train.Epsilon, recipe.Train.WeightDecay));
        Assert.Equal((RateSchedule.Constant, 0, 0.01, (ValueList<string>?)null, true), (recipe.Train.Schedule, recipe.Train.WarmupSteps,
            recipe.Train.MinimumRate, recipe.Train.Trainable, recipe.Train.Shuffle));
        Assert.Equal(new LoraSettings { Rank = 0, Alpha = 16, Targets = ["q_proj", "v_proj"] }, recipe.Train.Lora);
        Assert.Equal(new MixingRow { Perception = 0.1, Reasoning = 0.8, Planning = 0.1 }, recipe.Distillation.Mixing[Capability.Reasoning]);
        Assert.Equal(new LossWeights { Supervision = 1, Perception = 1, Reasoning = 1, Planning = 1 }, recipe.Distillation.Weights);
        Assert.Equal(new LayerRange { First = 1, Last = -2 }, recipe.Distillation.Signals.Reasoning.StudentLayers);
        Assert.True(recipe.Log.Tensorboard);
    }

    [Fact]
    public void Read_EveryKey_TakesItsValue()
    {
        DistillRecipe recipe = RecipeText.Read("""
            output: /runs/all
            seed: 9223372036854775807
            device: cuda:1
            precision: bfloat16-pure
            models:
              student: "with spaces # and hash"
              teachers:
                planning: /large
            data:
              records: one.json
              images: pictures
              on_error: skip-and-count
            distillation:
              mixing:
                perception: { perception: 0, reasoning: 0, planning: 2 }
                reasoning: { perception: 0, reasoning: 0, planning: .5 }
                planning:
                  perception: 0
                  reasoning: 0.0
                  planning: 1e0
              weights: { supervision: 0.6, perception: 0, reasoning: 0, planning: 2.5 }
              signals:
                reasoning:
                  student_layers: [2, -1]
                  teacher_layers:
                    - 1
                    - 5
            train:
              epochs: 3
              accumulation: 1
              learning_rate: 1E-4
              betas: [0.8, 0.99]
              epsilon: 1e-6
              weight_decay: 0.1
              schedule: linear
              warmup_steps: 7
              minimum_rate: 0
              trainable: [language, "!*.bias"]
              lora:
                rank: 8
                alpha: 4.5
                targets: down_proj
              shuffle: false
            checkpoint:
              every: 0
              keep: 9
            log:
              every: 10
              tensorboard: false
            """).Recipe;

        Assert.Equal((long.MaxValue, "cuda:1", Precision.Bfloat16Pure), (recipe.Seed, recipe.Device, recipe.Precision));
        Assert.EndsWith("/with spaces # and hash", recipe.Models.Student, StringComparison.Ordinal);
        Assert.Equal("/large", recipe.Models.Teachers[Capability.Planning]);
        Assert.Null(recipe.Models.Teachers[Capability.Perception]);
        Assert.Equal("one.json", Path.GetFileName(Assert.Single(recipe.Data.Records!)));
        Assert.Equal(OnError.SkipAndCount, recipe.Data.OnError);
        Assert.Equal(new MixingRow { Perception = 0, Reasoning = 0, Planning = 0.5 }, recipe.Distillation.Mixing.Reasoning);
        Assert.Equal(new LossWeights { Supervision = 0.6, Perception = 0, Reasoning = 0, Planning = 2.5 }, recipe.Distillation.Weights);
        Assert.Equal(new LayerRange { First = 2, Last = -1 }, recipe.Distillation.Signals.Reasoning.StudentLayers);
        Assert.Equal(new LayerRange { First = 1, Last = 5 }, recipe.Distillation.Signals.Reasoning.TeacherLayers);
        Assert.Equal(
            new TrainSettings
            {
                Epochs = 3,
                Accumulation = 1,
                LearningRate = 1e-4,
                Betas = new() { First = 0.8, Second = 0.99 },
                Epsilon = 1e-6,
                WeightDecay = 0.1,
                Schedule = RateSchedule.Linear,
                WarmupSteps = 7,
                MinimumRate = 0,
                Trainable = ["language", "!*.bias"],
                Lora = new() { Rank = 8, Alpha = 4.5, Targets = ["down_proj"] },
                Shuffle = false,
            },
            recipe.Train);
        Assert.Equal(new CheckpointSettings { Every = 0, Keep = 9 }, recipe.Checkpoint);
        Assert.Equal(new LogSettings { Every = 10, Tensorboard = false }, recipe.Log);
        Assert.False(recipe.UsesTeacher(Capability.Perception));
        Assert.True(recipe.UsesTeacher(Capability.Planning));
    }

    [Fact]
    public void Read_Overrides_ReplaceAddAndTakeAway()
    {
        DistillRecipe recipe = RecipeText.Read(
            RecipeText.With("log:"),
            "train.steps=null",
            "train.epochs=2",
            "seed=7",
            "data.records=[x.json, 'y=z.json']",
            "distillation.mixing.planning={perception: 0, reasoning: 0, planning: 1}",
            "distillation.signals.reasoning.student_layers=[2, 3]",
            "log.every=5").Recipe;

        Assert.Equal((null, 2, 7L, 5), (recipe.Train.Steps, recipe.Train.Epochs, recipe.Seed, recipe.Log.Every));
        Assert.Equal(["x.json", "y=z.json"], recipe.Data.Records!.Select(Path.GetFileName));
        Assert.Equal(1, recipe.Distillation.Mixing.Planning.Planning);
        Assert.Equal(new LayerRange { First = 2, Last = 3 }, recipe.Distillation.Signals.Reasoning.StudentLayers);
    }

    [Fact]
    public void Read_RelativePaths_StartAtTheFileOrTheWorkingFolder()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["recipes"]);
        File.WriteAllText(folder["recipes", "r.yaml"], RecipeText.Minimal);
        string here = Directory.GetCurrentDirectory();

        DistillRecipe recipe = RecipeReader.Read<DistillRecipe>(
            folder["recipes", "r.yaml"], ["data.images=pictures/../other/", "models.teachers.planning=~/large"], checkPaths: false).Recipe;

        Assert.Equal(folder["recipes", "student"], recipe.Models.Student);
        Assert.Equal(folder["recipes", "b.json"], recipe.Data.Records![1]);
        Assert.Equal(Path.Combine(here, "out"), recipe.Output);
        Assert.Equal(Path.Combine(here, "other"), recipe.Data.Images);
        Assert.Equal(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "large"), recipe.Models.Teachers.Planning);
    }

    [Fact]
    public void Read_PathsThatDoNotExist_AllReportedWithLineAndNearestName()
    {
        using TemporaryFolder folder = new();
        Directory.CreateDirectory(folder["student"]);
        Directory.CreateDirectory(folder["a.json"]);
        File.WriteAllText(folder["pictures"], "");
        File.WriteAllText(folder["recipe.yaml"], RecipeText.Minimal);

        InputException exception = Assert.Throws<InputException>(
            () => RecipeReader.Read<DistillRecipe>(folder["recipe.yaml"], ["models.student=" + folder["studnt", "deeper"]]));

        Assert.Equal(
            [
                $"{folder["recipe.yaml"]}, line 4, models.teachers.perception: there is no folder '{folder["large"]}' (relative to the recipe's folder); "
                    + $"'{folder.Path}' is the part that exists",
                $"{folder["recipe.yaml"]}, line 4, models.teachers.reasoning: there is no folder '{folder["large"]}' (relative to the recipe's folder); "
                    + $"'{folder.Path}' is the part that exists",
                $"{folder["recipe.yaml"]}, line 4, models.teachers.planning: there is no folder '{folder["large"]}' (relative to the recipe's folder); "
                    + $"'{folder.Path}' is the part that exists",
                $"{folder["recipe.yaml"]}, line 6, data.records, item 1: '{folder["a.json"]}' is a folder, expected a file",
                $"{folder["recipe.yaml"]}, line 6, data.records, item 2: there is no file '{folder["b.json"]}' (relative to the recipe's folder); "
                    + $"did you mean '{folder["a.json"]}'?",
                $"{folder["recipe.yaml"]}, line 7, data.images: '{folder["pictures"]}' is a file, expected a folder",
                $"command line: models.student={folder["studnt", "deeper"]}: there is no folder '{folder["studnt", "deeper"]}'; "
                    + $"did you mean '{folder["student"]}'?",
            ],
            exception.Problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void Read_ResolvedYaml_ReadsBackEqual()
    {
        ResolvedRecipe<DistillRecipe> first = RecipeText.Read(
            RecipeText.Minimal,
            "train.learning_rate=0.1234567890123456789",
            "output='it''s \"here\" \\ #1: [a] é \U0001F697'",
            "data.records=['- x', 'null']");

        ResolvedRecipe<DistillRecipe> second = RecipeText.Read(first.Yaml);

        Assert.Equal(first.Recipe, second.Recipe);
        Assert.Equal(first.Yaml, second.Yaml);
        Assert.NotEqual(first.Recipe, RecipeText.Read(first.Yaml, "seed=1").Recipe);
        Assert.NotEqual(first.Recipe, RecipeText.Read(first.Yaml, "data.records=x").Recipe);
    }

    [Fact]
    public void Where_AnyKey_NamesLineArgumentOrSection()
    {
        ResolvedRecipe<DistillRecipe> recipe = RecipeText.Read(RecipeText.Minimal, "seed=3");

        Assert.EndsWith("recipe.yaml, line 3, models.student", recipe.Where("models.student"), StringComparison.Ordinal);
        Assert.EndsWith("recipe.yaml, line 8, train.warmup_steps", recipe.Where("train.warmup_steps"), StringComparison.Ordinal);
        Assert.EndsWith("recipe.yaml, distillation.weights", recipe.Where("distillation.weights"), StringComparison.Ordinal);
        Assert.Equal("command line: seed=3", recipe.Where("seed"));
    }

    [Fact]
    public void Read_ByteOrderMarkAndWindowsLineEnds_AreText()
    {
        Assert.Equal(20, RecipeText.Read("\uFEFF" + RecipeText.Minimal.ReplaceLineEndings("\r\n")).Recipe.Train.Steps);
    }
}
