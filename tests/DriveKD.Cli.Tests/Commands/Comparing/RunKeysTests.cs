using DriveKD.Cli.Commands.Comparing;
using DriveKD.Evaluation.Compare;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Cli.Tests.Commands.Comparing;

public sealed class RunKeysTests : IDisposable
{
    private static readonly CompareRun _run = new(CompareStage.Final, "kd", Setting: null, Size: 2, Seed: 1);

    private readonly DistillationFixture _world = new();
    private readonly TestTerminal _terminal = new();

    public void Dispose()
    {
        _terminal.Dispose();
        _world.Dispose();
    }

    [Fact]
    public void Of_OtherNameStageAndOutput_IsTheSame()
    {
        string key = Key(_run);

        Assert.Equal(key, Key(_run));
        Assert.Equal(key, Key(_run with { Arm = "same" }));
        Assert.Equal(key, Key(_run with { Arm = "streams" }));
        Assert.Equal(key, Key(_run, "elsewhere"));
    }

    [Fact]
    public void Of_WhatDecidesTheResult_Differs()
    {
        List<string> keys = [Key(_run), Key(_run with { Seed = 2 }), Key(_run with { Size = 3 }), Key(_run with { Size = null }), Key(_run with { Arm = "ce" })];
        keys.Add(Key(_run, answers: new CompareAnswerSettings { MaxNewTokens = 9 }));

        // The same shapes with other numbers, as an untrained teacher has them.
        Directory.Delete(_world.Path("teacher"), recursive: true);
        _world.CreateModel("teacher", 77);
        keys.Add(Key(_run));
        File.WriteAllBytes(_world.Path("images", "picture0.png"), File.ReadAllBytes(_world.Path("images", "picture1.png")));
        keys.Add(Key(_run));
        _world.WriteRecords("records.json", 9);
        keys.Add(Key(_run));

        Assert.Equal(keys.Count, keys.Distinct().Count());
    }

    [Fact]
    public void Of_Recipe_HasTheRunsSeedAndOutputAndNoCheckpoints()
    {
        DistillRecipe recipe = new RunRecipes(Comparison()).Of(_run, _world.Path("o'ut")).Recipe;

        Assert.Equal((1, _world.Path("o'ut"), 0), (recipe.Seed, recipe.Output, recipe.Checkpoint.Every));
        Assert.Equal(5, recipe.Train.Steps);
        Assert.Equal(_world.Path("teacher"), recipe.Models.Teachers.Reasoning);
    }

    private string Key(CompareRun run, string output = "out", CompareAnswerSettings? answers = null)
    {
        ResolvedRecipe<CompareRecipe> comparison = Comparison();
        CompareRecipe recipe = comparison.Recipe;
        CompareQuestions questions = CompareQuestions.Read(_terminal.Terminal, recipe.Test, recipe.Seed, "test.records");
        return new RunKeys(_terminal.Terminal).Of(new RunRecipes(comparison).Of(run, _world.Path(output)), run, questions, answers ?? recipe.Answers);
    }

    private ResolvedRecipe<CompareRecipe> Comparison()
    {
        string file = _world.Path("compare.yaml");
        File.WriteAllText(file, $$"""
            output: {{_world.Output}}
            recipe: recipe.yaml
            set: [train.steps=4, models.teachers.reasoning=teacher]
            arms: [{name: ce, set: train.learning_rate=1e-2}, {name: kd, set: train.steps=5}, {name: same, set: train.steps=5}, {name: streams, set: [train.steps=5, cache.stream=never, cache.stream_memory=7, cache.stream_scratch=3]}]
            baseline: ce
            seeds: 1-2
            test: {records: records.json, images: images}
            """);
        return RecipeReader.Read<CompareRecipe>(file, []);
    }
}
