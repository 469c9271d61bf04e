using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;
using DriveKD.Runs.Recipes.Reading;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class RecipeProblemTests
{
    [Fact]
    public void Read_ManyFaults_AllReportedInOrderOfLines()
    {
        string[] problems = RecipeText.Problems(
            """
            outptu: out
            seed: -1
            precision: float16
            models:
              student:
              teachers: [large]
            data:
              records: []
              on_error: skip
            distillation:
              mixing:
                planning: { perception: 1, reasoning: .nan }
              weights: { perception: -0.5, perception: 1 }
            train:
              steps: 2.5
              lerning_rate: 1e-4
              betas: [0.9, 1.0]
              shuffle: yes
            """,
            "checkpoint.every=often",
            "nonsense");

        Assert.Equal(
            [
                "recipe.yaml, line 1, outptu: unknown key 'outptu'; did you mean 'output'?",
                "recipe.yaml, line 2, seed: found '-1', expected a whole number at least 0",
                "recipe.yaml, line 3, precision: found 'float16', expected one of auto, float32, bfloat16, bfloat16-pure; did you mean 'bfloat16'?",
                "recipe.yaml, line 5, models.student: found no value, expected the path of a folder",
                "recipe.yaml, line 6, models.teachers: found a list of 1, expected a mapping with the keys perception, reasoning, planning",
                "recipe.yaml, line 7, data.images: missing; records need the folder that their pictures lie in: write data.images",
                "recipe.yaml, line 8, data.records: found an empty list, expected the path of a file, or a list of them",
                "recipe.yaml, line 9, data.on_error: found 'skip', expected one of stop, skip-and-count; did you mean 'stop'?",
                "recipe.yaml, line 12, distillation.mixing.planning.reasoning: found '.nan', expected a number at least 0, not NaN or infinite",
                "recipe.yaml, line 12, distillation.mixing.planning.planning: missing; expected a number at least 0 (the planning teacher's share; "
                    + "at 0 it is not run)",
                "recipe.yaml, line 13, distillation.weights.perception: the key 'perception' is written twice in the same place; the first stands "
                    + "on line 13: remove one",
                "recipe.yaml, line 13, distillation.weights.perception: found '-0.5', expected a number at least 0",
                "recipe.yaml, line 15, train.steps: found '2.5', expected a whole number at least 1, written in digits",
                "recipe.yaml, line 16, train.lerning_rate: unknown key 'lerning_rate'; did you mean 'train.learning_rate'?",
                "recipe.yaml, line 17, train.betas, item 2: found '1.0', expected a number at least 0 and below 1",
                "recipe.yaml, line 18, train.shuffle: found 'yes', expected true or false",
                "recipe.yaml, output: missing; expected the path of a new folder (the folder that the run creates; it must not exist yet, or be empty)",
                "command line: nonsense: expected key=value, for example train.steps=20",
                "command line: checkpoint.every=often: found 'often', expected a whole number at least 0, written in digits",
            ],
            problems);
    }

    [Theory]
    [InlineData("steps: abc", "found 'abc', expected a whole number at least 1, written in digits")]
    [InlineData("steps: '20'", "found the quoted text '20', expected a whole number at least 1 without quotes")]
    [InlineData("steps: 0x10", "found '0x10', expected a whole number at least 1, written in digits")]
    [InlineData("steps: 010", "found '010', expected a whole number at least 1, written in digits")]
    [InlineData("steps: 1_000", "found '1_000', expected a whole number at least 1, written in digits")]
    [InlineData("steps: 1e3", "found '1e3', expected a whole number at least 1, written in digits")]
    [InlineData("steps: 0", "found '0', expected a whole number at least 1")]
    [InlineData("steps: 2147483648", "found '2147483648', which is beyond the numbers that fit here (up to 2147483647); expected a whole number at least 1")]
    [InlineData("steps: 99999999999999999999", "found '99999999999999999999', which is beyond the numbers that fit here (up to 2147483647); expected a whole number at least 1")]
    [InlineData("steps: [20]", "found a list of 1, expected a whole number at least 1")]
    [InlineData("steps: {a: 1}", "found a mapping (key: value), expected a whole number at least 1")]
    [InlineData("steps: true", "found 'true', expected a whole number at least 1, written in digits")]
    public void Read_WrongSteps_SaysWhatWasFoundAndExpected(string line, string expected) =>
        Assert.Equal($"recipe.yaml, line 9, train.steps: {expected}", RecipeText.Problem(RecipeText.Minimal.Replace("steps: 20", line, StringComparison.Ordinal)));

    [Theory]
    [InlineData("learning_rate=0", "found '0', expected a number above 0 and at most 10")]
    [InlineData("learning_rate=11", "found '11', expected a number above 0 and at most 10")]
    [InlineData("learning_rate=fast", "found 'fast', expected a number above 0 and at most 10")]
    [InlineData("learning_rate=-1e-5", "found '-1e-5', expected a number above 0 and at most 10")]
    [InlineData("learning_rate=-.inf", "found '-.inf', expected a number above 0 and at most 10, not NaN or infinite")]
    [InlineData("learning_rate=NaN", "found 'NaN', expected a number above 0 and at most 10, not NaN or infinite")]
    [InlineData("learning_rate=Infinity", "found 'Infinity', expected a number above 0 and at most 10, not NaN or infinite")]
    [InlineData("learning_rate=1e999", "found '1e999', which is too large for a number; expected a number above 0 and at most 10")]
    [InlineData("learning_rate=1e-999", "found '1e-999', expected a number above 0 and at most 10")]
    [InlineData("learning_rate=", "found no value, expected a number above 0 and at most 10; leave the key out for its default")]
    [InlineData("learning_rate=~", "found no value, expected a number above 0 and at most 10; leave the key out for its default")]
    [InlineData("learning_rate=1,5", "found '1,5', expected a number above 0 and at most 10")]
    [InlineData("schedule=cosin", "found 'cosin', expected one of constant, cosine, linear; did you mean 'cosine'?")]
    [InlineData("schedule=Cosine", "found 'Cosine', expected one of constant, cosine, linear; did you mean 'cosine'?")]
    [InlineData("schedule=1", "found '1', expected one of constant, cosine, linear")]
    [InlineData("ema=1", "found '1', expected a number above 0 and below 1")]
    [InlineData("clip_norm=0", "found '0', expected a number above 0")]
    [InlineData("shuffle='true'", "found the quoted text 'true', expected true or false without quotes")]
    [InlineData("betas=0.9", "found '0.9', expected a list [first, second]: first a number at least 0 and below 1, then a number at least 0 and below 1")]
    [InlineData("betas=[0.9]", "found a list of 1, expected a list [first, second]: first a number at least 0 and below 1, then a number at least 0 and below 1")]
    public void Read_WrongOverride_SaysWhatWasFoundAndExpected(string argument, string expected) =>
        Assert.Equal($"command line: train.{argument}: {expected}", RecipeText.Problem(RecipeText.Minimal, $"train.{argument}"));

    [Theory]
    [InlineData("steps=20", "unknown key 'steps'; did you mean 'train.steps'?")]
    [InlineData("train.stesp=20", "unknown key 'train.stesp'; did you mean 'train.steps'?")]
    [InlineData("trian.steps=20", "unknown key 'trian.steps'; did you mean 'train.steps'?")]
    [InlineData("train.betas.first=0.9", "unknown key 'train.betas.first'; 'train.betas' has no keys below it: it is a list [first, second]: first a number at least 0 and below 1, then a number at least 0 and below 1")]
    [InlineData("zzz=1", "unknown key 'zzz'; the keys here are ALL")]
    [InlineData("=1", "unknown key ''; the keys here are ALL")]
    [InlineData("Train.steps=1", "unknown key 'Train.steps'; did you mean 'train.steps'?")]
    [InlineData("train.steps", "expected key=value, for example train.steps=20; did you mean 'train.steps'?")]
    [InlineData("--verbose", "expected key=value, for example train.steps=20")]
    [InlineData("", "expected key=value, for example train.steps=20")]
    [InlineData("data.images=[", "malformed YAML: While parsing a node, did not find expected node content; is the bracket on line 1, column 1 closed?")]
    [InlineData("data.images=*x", "the alias '*x': a recipe has no aliases; write the value out (a text that begins with '*' needs quotes)")]
    [InlineData("data.images=&x y", "the anchor '&x': a recipe has no anchors; remove it (a text that begins with '&' needs quotes)")]
    [InlineData("seed=!!int 3", "the tag 'tag:yaml.org,2002:int': a recipe has no tags; the key decides the type; remove it (a text that begins with '!' needs quotes)")]
    [InlineData("device=gpu", "found 'gpu', expected auto, cpu, cuda or cuda:N")]
    [InlineData("device=cuda:-1", "found 'cuda:-1', expected auto, cpu, cuda or cuda:N")]
    [InlineData("device=cpu\n", null)]
    [InlineData("output=''", "found an empty text, expected the path of a new folder")]
    [InlineData("output=\"a\\0b\"", "found the quoted text 'a\\u0000b', which holds characters that cannot be printed")]
    [InlineData("output=\"a\\ud83d\"", null)]
    public void Read_BadArgument_NamesTheArgument(string argument, string? expected)
    {
        if (expected is not null)
        {
            string keys = string.Join(", ", RecipeSchema<DistillRecipe>.Keys.Select(key => key.Name));
            Assert.Equal($"command line: {argument}: {expected.Replace("ALL", keys, StringComparison.Ordinal)}", RecipeText.Problem(RecipeText.Minimal, argument));
        }
        else if (argument.StartsWith("device", StringComparison.Ordinal))
        {
            Assert.Equal("cpu", RecipeText.Read(RecipeText.Minimal, argument).Recipe.Device);
        }
        else
        {
            Assert.StartsWith("command line: ", RecipeText.Problem(RecipeText.Minimal, argument), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_ArgumentTwice_IsRefused() =>
        Assert.Equal(
            "command line: seed=2: the key 'seed' is given twice on the command line: remove one",
            RecipeText.Problem(RecipeText.Minimal, "seed=1", "seed=2"));

    [Fact]
    public void Read_ArgumentBelowAFaultySection_ReportsTheFile() =>
        Assert.Equal(
            "recipe.yaml, line 10, checkpoint: found '5', expected a mapping with the keys every, keep",
            RecipeText.Problem(RecipeText.With("checkpoint: 5"), "checkpoint.every=3"));

    [Theory]
    [InlineData("train.steps: 3", "recipe.yaml, line 10, train.steps: unknown key 'train.steps'; in a file, sections are nested: write 'train:' and the rest below it, indented; dotted keys are for the command line")]
    [InlineData("seed: 1\nseed: 2", "recipe.yaml, line 11, seed: the key 'seed' is written twice in the same place; the first stands on line 10: remove one")]
    [InlineData("[a, b]: 2", "recipe.yaml, line 10: found a list of 2 as a key, expected a name")]
    [InlineData("log: &anchor\n  every: 1", "recipe.yaml, line 10, log: the anchor '&anchor': a recipe has no anchors; remove it (a text that begins with '&' needs quotes)")]
    [InlineData("log: !!map\n  every: 1", "recipe.yaml, line 10, log: the tag 'tag:yaml.org,2002:map': a recipe has no tags; the key decides the type; remove it (a text that begins with '!' needs quotes)")]
    [InlineData("seed: !x 1", "recipe.yaml, line 10, seed: the tag '!x': a recipe has no tags; the key decides the type; remove it (a text that begins with '!' needs quotes)")]
    [InlineData("seed: *train", "recipe.yaml, line 10, seed: the alias '*train': a recipe has no aliases; write the value out (a text that begins with '*' needs quotes)")]
    [InlineData("---\nseed: 1", "recipe.yaml, line 10: a second YAML document begins here; a recipe is one document: remove the '---' line")]
    [InlineData("log:\n\tevery: 1", "recipe.yaml, line 11: malformed YAML at line 11, column 1: found a tab before the text, expected spaces: YAML is indented with spaces.")]
    [InlineData("log: 'open", null)]
    [InlineData("log: {every: 1\nseed: 3", "recipe.yaml, line 10: malformed YAML at line 10, column 12: found something that cannot stand here; is the bracket on line 10, column 6 closed?")]
    [InlineData("log: [every, 1", "recipe.yaml, line 11: malformed YAML at line 11, column 1: While parsing a flow sequence, did not find expected ',' or ']'; is the bracket on line 10, column 6 closed?")]
    [InlineData("   log: 1", null)]
    [InlineData("log: a: b", null)]
    [InlineData("log: @x", null)]
    [InlineData("seed: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]", "recipe.yaml, line 10: malformed YAML at line 10, column 27: nested deeper than 20 levels.")]
    public void Read_BadLine_NamesTheLine(string lines, string? expected)
    {
        string problem = RecipeText.Problem(RecipeText.With(lines));
        if (expected is not null)
        {
            Assert.Equal(expected, problem);
        }
        else
        {
            Assert.Matches(@"^recipe\.yaml, line \d+: malformed YAML at line \d+, column \d+: .*\.$", problem);
        }
    }

    [Fact]
    public void Read_MalformedFileAndBadArguments_ReportsBoth() =>
        Assert.Equal(
            [
                "recipe.yaml, line 1: malformed YAML at line 1, column 9: While parsing a node, did not find expected node content; is the bracket on line 1, column 8 closed?",
                "command line: sed=3: unknown key 'sed'; did you mean 'seed'?",
                "command line: train.steps=x: found 'x', expected a whole number at least 1, written in digits",
            ],
            RecipeText.Problems("train: [", "sed=3", "train.steps=x"));

    [Theory]
    [InlineData("", "the recipe is empty; recipes/ holds examples to begin from")]
    [InlineData("# nothing\n", "the recipe is empty; recipes/ holds examples to begin from")]
    [InlineData("~", "the recipe is empty; recipes/ holds examples to begin from")]
    [InlineData("- a\n- b", "line 1: found a list of 2, expected a mapping (key: value)")]
    [InlineData("hello", "line 1: found 'hello', expected a mapping (key: value)")]
    public void Read_NotAMapping_IsRefused(string yaml, string expected) =>
        Assert.Equal(expected, RecipeText.Problem(yaml)["recipe.yaml, ".Length..].TrimStart(' '));

    [Fact]
    public void Read_FileThatCannotBeRead_SaysWhy()
    {
        using TemporaryFolder folder = new();
        File.WriteAllText(folder["demo.yaml"], "seed: 1");
        File.WriteAllBytes(folder["latin1.yaml"], [.. "seed: 1\n# caf"u8, 0xE9, (byte)'\n']);
        File.WriteAllBytes(folder["huge.yaml"], new byte[(1 << 20) + 1]);

        Assert.Equal("there is no such recipe; did you mean 'demo.yaml'?", What(folder["demmo.yaml"]));
        Assert.Equal("there is no such recipe", What(folder["none", "demo.yaml"]));
        Assert.Equal("is a folder, expected a recipe file (*.yaml)", What(folder.Path));
        Assert.Equal("not UTF-8 text; save the recipe as UTF-8", What(folder["latin1.yaml"]));
        Assert.Equal("larger than 1024 KiB: not a recipe", What(folder["huge.yaml"]));
        Assert.Equal("expected the name of a recipe file", What(""));

        static string What(string file) =>
            Assert.Single(Assert.Throws<InputException>(() => RecipeReader.Read<DistillRecipe>(file, [])).Problems).What;
    }
}
