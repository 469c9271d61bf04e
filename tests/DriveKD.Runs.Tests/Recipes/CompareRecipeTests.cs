using DriveKD.Data.Errors;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Runs.Tests.Recipes;

public sealed class CompareRecipeTests : IDisposable
{
    private const string Arms = "[{name: ce}, {name: kd, set: [train.steps=3], explanation: more}]";

    private readonly TemporaryFolder _folder = new();

    public CompareRecipeTests()
    {
        Directory.CreateDirectory(_folder["pictures"]);
        File.WriteAllText(_folder["records.json"], "[]");
        File.WriteAllText(_folder["base.yaml"], "");
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Read_ListsAndSpans_AreRead()
    {
        CompareRecipe recipe = Read(Arms, "seeds: [1-3, 7]\nsubset: [20, all]").Recipe;

        Assert.Equal(["ce", "kd"], recipe.Arms.Select(arm => arm.Name));
        Assert.Equal(["train.steps=3"], recipe.Arms[1].Set!);
        Assert.Equal("more", recipe.Arms[1].Explanation);
        Assert.Equal([1, 2, 3, 7], recipe.FinalSeeds());
        Assert.Equal([20, null], recipe.Sizes());
        Assert.Equal(_folder["records.json"], recipe.Test.Records.Single());
    }

    [Fact]
    public void Yaml_ReadAgain_IsTheSameRecipe()
    {
        ResolvedRecipe<CompareRecipe> recipe = Read(
            "[{name: ce}, {name: kd, set: ['gradients={method: pcgrad}'], tune: ['a.b=1; c=2', 'a.b=2'], identical_to: ce}]", "seeds: 1-8\n" + Tuning("101-102"));
        File.WriteAllText(_folder["again.yaml"], recipe.Yaml);

        Assert.Equal(recipe.Recipe, RecipeReader.Read<CompareRecipe>(_folder["again.yaml"], []).Recipe);
    }

    [Fact]
    public void SplitSetting_SeveralKeys_AreApart() =>
        Assert.Equal(["weighting.ratio=0.1", "train.learning_rate=1e-3"], CompareArm.SplitSetting("weighting.ratio=0.1; train.learning_rate=1e-3"));

    [Theory]
    [InlineData("[]", "seeds: 1", "found an empty list")]
    [InlineData("[{name: ce}, {name: CE}]", "seeds: 1", "2 arms are called 'ce'")]
    [InlineData("[{name: kd}]", "seeds: 1", "there is no arm 'ce'")]
    [InlineData("[{name: ce, set: [seed=4]}]", "seeds: 1", "sets seed, which the comparison itself decides")]
    [InlineData("[{name: ce, set: [output=x]}]", "seeds: 1", "sets output, which the comparison itself decides")]
    [InlineData("[{name: ce, set: [steps]}]", "seeds: 1", "expected key=value")]
    [InlineData("[{name: ce, nme: x}]", "seeds: 1", "unknown key 'nme'")]
    [InlineData("[{set: [a=1]}]", "seeds: 1", "missing; expected a name")]
    [InlineData("[{name: 'a/b'}]", "seeds: 1", "expected a name of at most 40 letters")]
    [InlineData("[ce]", "seeds: 1", "expected a mapping with the keys name")]
    [InlineData("{name: ce}", "seeds: 1", "expected a list of mappings")]
    [InlineData("[{name: ce, identical_to: ce}]", "seeds: 1", "expected another arm")]
    [InlineData("[{name: ce, identical_to: kd}]", "seeds: 1", "identical_to names 'kd'")]
    [InlineData("[{name: ce}]", "seeds: [1, 2, 1-1]", "1: written twice")]
    [InlineData("[{name: ce}]", "seeds: 4-2", "does not rise")]
    [InlineData("[{name: ce}]", "seeds: one", "expected a seed such as 7")]
    [InlineData("[{name: ce}]", "seeds: 1\nsubset: [5, 5]", "a size is written twice")]
    [InlineData("[{name: ce}]", "seeds: 1\nset: output=x", "sets output")]
    [InlineData("[{name: ce, tune: [a=1]}]", "seeds: 1", "tuning (seeds and data) is missing")]
    public void Read_WhatCannotBe_IsSaid(string arms, string rest, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => Read(arms, rest)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("[{name: ce, tune: [a=1]}]", "1-3", "2: final seeds too")]
    [InlineData("[{name: ce}]", "101", "no arm has settings to try")]
    [InlineData("[{name: ce, tune: [a=1]}, {name: kd, tune: [a=1, a=2]}]", "101", "different numbers of settings to try (ce 1, kd 2)")]
    [InlineData("[{name: ce, tune: [a=1, a=1]}]", "101", "'a=1' is written twice")]
    [InlineData("[{name: ce, tune: ['a=1; b']}]", "101", "found 'b' in a setting")]
    [InlineData("[{name: ce, tune: ['a=1; seed=2']}]", "101", "sets seed")]
    public void Read_TuningThatCannotBe_IsSaid(string arms, string seeds, string expected) =>
        Assert.Contains(expected, Assert.Throws<InputException>(() => Read(arms, "seeds: 2\n" + Tuning(seeds))).Message, StringComparison.Ordinal);

    [Fact]
    public void Read_SeveralMistakes_ComeTogether()
    {
        InputException exception = Assert.Throws<InputException>(() => Read("[{name: kd, nme: 1}, {name: a/b}]", "seeds: [1, 1]"));

        Assert.Equal(3, exception.Problems.Count);
        Assert.Contains("arms, item 1.nme", exception.Message, StringComparison.Ordinal);
        Assert.Contains("arms, item 2.name", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_OverridesFromElsewhere_AreNamedAndStartAtTheirFolder()
    {
        InputException exception = Assert.Throws<InputException>(
            () => RecipeReader.Read<CompareRecipe>(Write(Arms, "seeds: 1"), ["recipe=nowhere.yaml", "sed=1"], source: new OverrideSource("arm kd", _folder["pictures"])));

        Assert.Contains($"arm kd: recipe=nowhere.yaml: there is no file '{_folder["pictures", "nowhere.yaml"]}'", exception.Message, StringComparison.Ordinal);
        Assert.Contains("arm kd: sed=1: unknown key 'sed'", exception.Message, StringComparison.Ordinal);
    }

    private static string Tuning(string seeds) => $$"""
        tuning:
          seeds: {{seeds}}
          data: {records: records.json, images: pictures}
        """;

    private string Write(string arms, string rest)
    {
        string file = _folder["compare.yaml"];
        File.WriteAllText(file, $$"""
            output: {{_folder["out"]}}
            recipe: base.yaml
            arms: {{arms}}
            baseline: ce
            test: {records: records.json, images: pictures}
            {{rest}}
            """);
        return file;
    }

    private ResolvedRecipe<CompareRecipe> Read(string arms, string rest) => RecipeReader.Read<CompareRecipe>(Write(arms, rest), []);
}
