using DriveKD.Data.Samples;
using DriveKD.Runs.Recipes;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class DistillRecipeTests
{
    [Fact]
    public void Read_NeitherStepsNorEpochs_IsRefused() =>
        Assert.Equal(
            "recipe.yaml, line 8, train.steps: the run has no length: write train.steps (optimizer steps) or train.epochs (passes over the data)",
            RecipeText.Problem(RecipeText.Minimal, "train.steps=null").Replace("command line: train.steps=null", "recipe.yaml, line 8, train.steps", StringComparison.Ordinal));

    [Fact]
    public void Read_StepsAndEpochs_IsRefused() =>
        Assert.Equal(
            "recipe.yaml, line 9, train.steps: both train.steps (20) and train.epochs (2) are given: keep one; on the command line, "
                + "`train.steps=null` takes the file's away",
            RecipeText.Problem(RecipeText.Minimal, "train.epochs=2"));

    [Theory]
    [InlineData(19, true)]
    [InlineData(20, false)]
    [InlineData(21, false)]
    public void Read_WarmupAgainstSteps_MustBeShorter(int warmup, bool allowed)
    {
        if (allowed)
        {
            Assert.Equal(warmup, RecipeText.Read(RecipeText.Minimal, $"train.warmup_steps={warmup}").Recipe.Train.WarmupSteps);
        }
        else
        {
            Assert.Equal(
                $"command line: train.warmup_steps={warmup}: the warm-up of {warmup} steps is not shorter than the run of 20: the rate would never be reached",
                RecipeText.Problem(RecipeText.Minimal, $"train.warmup_steps={warmup}"));
        }
    }

    [Fact]
    public void Read_RowOfZeros_IsRefused() =>
        Assert.StartsWith(
            "recipe.yaml, line 12, distillation.mixing.reasoning.perception: every share of this row is 0",
            RecipeText.Problem(RecipeText.With("distillation:\n  mixing:\n    reasoning: { perception: 0, reasoning: 0, planning: 0 }")),
            StringComparison.Ordinal);

    [Fact]
    public void Read_WeightsOfZeros_AreRefused() =>
        Assert.StartsWith(
            "recipe.yaml, line 11, distillation.weights.supervision: every weight is 0",
            RecipeText.Problem(RecipeText.With("distillation:\n  weights: { supervision: 0, perception: 0, reasoning: 0, planning: 0 }")),
            StringComparison.Ordinal);

    [Fact]
    public void Read_TeacherInUseWithoutFolder_IsRefused()
    {
        string yaml = RecipeText.Minimal.Replace("perception: large, ", "", StringComparison.Ordinal);

        Assert.Equal(
            "recipe.yaml, line 4, models.teachers.perception: the perception teacher has no folder, but the mixing matrix gives it weight: write "
                + "models.teachers.perception, or set its column in distillation.mixing or distillation.weights.perception to 0",
            RecipeText.Problem(yaml));
        Assert.False(RecipeText.Read(yaml, "distillation.weights.perception=0").Recipe.UsesTeacher(Capability.Perception));
    }

    [Fact]
    public void Read_SupervisionOnly_NeedsNoTeacher()
    {
        DistillRecipe recipe = RecipeText.Read(
            RecipeText.Minimal.Replace("  teachers: { perception: large, reasoning: large, planning: large }\n", "", StringComparison.Ordinal),
            "distillation.weights={perception: 0, reasoning: 0, planning: 0}").Recipe;

        Assert.All(Enum.GetValues<Capability>(), teacher => Assert.False(recipe.UsesTeacher(teacher)));
        Assert.Equal(1, recipe.Distillation.Weights.Supervision);
    }

    [Theory]
    [InlineData("train.lora.targets=[q_proj, qkv]", "found 'qkv', expected one of q_proj, k_proj")]
    [InlineData("train.lora.targets=[]", "found an empty list, expected one of q_proj, k_proj")]
    [InlineData("train.lora.rank=-1", "found '-1', expected a whole number at least 0")]
    [InlineData("train.lora.alpha=0", "found '0', expected a number above 0")]
    [InlineData("train.trainable=[]", "found an empty list, expected a text, or a list of them")]
    public void Read_AdaptersAndSelectionOutsideTheirLimits_AreRefused(string argument, string expected) =>
        Assert.Contains(expected, RecipeText.Problem(RecipeText.Minimal, argument), StringComparison.Ordinal);

    [Theory]
    [InlineData("train.trainable=none")]
    [InlineData("train.trainable=[none]")]
    public void Read_TrainableAsTextOrList_IsTheSame(string argument) =>
        Assert.Equal(["none"], RecipeText.Read(RecipeText.Minimal, argument).Recipe.Train.Trainable);

    [Theory]
    [InlineData("[0, 3]", "0 is no layer: layers count from 1, and from -1 backwards from the last")]
    [InlineData("[3, 2]", "the first layer, 3, lies behind the last, 2: write [2, 3]")]
    [InlineData("[-1, -2]", "the first layer, -1, lies behind the last, -2: write [-2, -1]")]
    public void Read_ImpossibleLayers_AreRefused(string layers, string expected) =>
        Assert.Equal(
            $"command line: distillation.signals.reasoning.teacher_layers={layers}: {expected}",
            RecipeText.Problem(RecipeText.Minimal, $"distillation.signals.reasoning.teacher_layers={layers}"));

    [Fact]
    public void Read_NoSignals_GivesThePublishedOnes()
    {
        CapabilitySignals signals = RecipeText.Read(RecipeText.Minimal).Recipe.Distillation.Signals;

        Assert.All(Enum.GetValues<Capability>(), role =>
            Assert.Equal((SignalKind.Attention, SignalDistance.Squared, SignalScale.Published), (signals[role].Kind, signals[role].Distance, signals[role].Scale)));
        Assert.Equal((AttentionMapKind.TextToVision, "[1, 1]", "[1, 1]"), Describe(signals.Perception));
        Assert.Equal((AttentionMapKind.Full, "[1, -2]", "[1, -2]"), Describe(signals.Reasoning));
        Assert.Equal((AttentionMapKind.TextToVision, "[-2, -2]", "[-2, -2]"), Describe(signals.Planning));

        static (AttentionMapKind, string, string) Describe(SignalSettings signal) => (signal.Map, $"{signal.StudentLayers}", $"{signal.TeacherLayers}");
    }

    [Fact]
    public void Read_OneKeyOfASignal_MovesNoOther()
    {
        CapabilitySignals signals = RecipeText.Read(RecipeText.Minimal, "distillation.signals.planning.distance=cosine").Recipe.Distillation.Signals;

        Assert.Equal(new PlanningSignalSettings { Distance = SignalDistance.Cosine }, signals.Planning);
        Assert.Equal(new PerceptionSignalSettings(), signals.Perception);
    }

    [Theory]
    [InlineData("kind: hidden-states, distance: divergence", "distance", "hidden states are no distributions and have no divergence: write squared or cosine")]
    [InlineData("kind: logits, distance: cosine", "distance", "logits are always compared by their KL divergence: leave distance out")]
    [InlineData("scale: relative, distance: cosine", "scale", "only squared distances have a relative scale, and this signal uses cosine: leave scale out")]
    [InlineData("scale: relative, distance: divergence", "scale", "only squared distances have a relative scale, and this signal uses divergence: leave scale out")]
    [InlineData("kind: logits, scale: relative", "scale", "only squared distances have a relative scale, and this signal uses the divergence of logits: leave scale out")]
    [InlineData("kind: hidden-states, map: text-to-vision", "map", "only attention has parts, and this signal's kind is hidden-states: leave map out")]
    [InlineData("kind: logits, student_layers: [1, 1]", "student_layers", "logits belong to no layer: leave student_layers out")]
    [InlineData("kind: logits, teacher_layers: [1, 1]", "teacher_layers", "logits belong to no layer: leave teacher_layers out")]
    [InlineData("temperature: 2", "temperature", "only logits have a temperature, and this signal's kind is attention: leave temperature out")]
    public void Read_SignalKeysThatMeanNothingTogether_AreRefused(string keys, string key, string expected) =>
        Assert.Equal(
            $"recipe.yaml, line 12, distillation.signals.reasoning.{key}: {expected}",
            RecipeText.Problem(RecipeText.With($"distillation:\n  signals:\n    reasoning: {{ {keys} }}")));

    [Theory]
    [InlineData("kind: hidden-states, scale: relative")]
    [InlineData("kind: hidden-states, map: full, distance: cosine")]
    [InlineData("kind: logits, temperature: 4, student_layers: [1, -2]")]
    [InlineData("distance: divergence, map: text-to-text, student_layers: [2, 3]")]
    public void Read_SignalKeysThatAgree_AreTaken(string keys) =>
        Assert.NotEqual(
            new ReasoningSignalSettings(),
            RecipeText.Read(RecipeText.With($"distillation:\n  signals:\n    reasoning: {{ {keys} }}")).Recipe.Distillation.Signals.Reasoning);

    [Theory]
    [InlineData(1, -2, 6, 1, 5, true)]
    [InlineData(1, -1, 6, 1, 6, true)]
    [InlineData(-6, 6, 6, 1, 6, true)]
    [InlineData(2, 7, 6, 2, 7, false)]
    [InlineData(-7, -1, 6, 0, 6, false)]
    [InlineData(5, -3, 6, 5, 4, false)]
    [InlineData(1, -2, 1, 1, 0, false)]
    [InlineData(int.MaxValue, int.MinValue, 6, int.MaxValue, int.MinValue + 7, false)]
    public void TryResolve_Range_CountsFromBothEnds(int first, int last, int layers, int expectedFirst, int expectedLast, bool expected)
    {
        bool found = new LayerRange { First = first, Last = last }.TryResolve(layers, out int resolvedFirst, out int resolvedLast);

        Assert.Equal((expected, expectedFirst, expectedLast), (found, resolvedFirst, resolvedLast));
    }

    [Theory]
    [InlineData(0.8, 0.1, 0.1)]
    [InlineData(3, 1, 0)]
    [InlineData(double.MaxValue, double.MaxValue, double.MaxValue)]
    [InlineData(double.Epsilon, 0, double.Epsilon)]
    public void Normalized_AnyRow_SumsToOne(double perception, double reasoning, double planning)
    {
        MixingRow row = new MixingRow { Perception = perception, Reasoning = reasoning, Planning = planning }.Normalized();

        Assert.Equal(1, row.Perception + row.Reasoning + row.Planning, 1e-15);
        Assert.Equal(planning == 0, row.Planning == 0);
        Assert.Equal(perception / 3 > 1 ? 1.0 / 3 : row.Perception, row.Perception, 1e-15);
    }
}
