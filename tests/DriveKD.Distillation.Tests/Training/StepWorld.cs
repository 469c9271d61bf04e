using System.Text.Json;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Training;
using DriveKD.Models.Families;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Training;

/// <summary>An opened training of random models, of which single windows are run. Samples differ in length; the last shows no picture.</summary>
internal sealed class StepWorld : IDisposable
{
    private readonly DistillSession _session;

    public StepWorld(DistillationFixture fixture, params string[] overrides)
    {
        string[] capabilities = ["perception", "reasoning", "planning"];
        File.WriteAllText(fixture.Path("lengths.json"), JsonSerializer.Serialize(Enumerable.Range(0, 5).Select(i => new
        {
            question = (i == 4 ? "" : "<image>") + string.Concat(Enumerable.Repeat($"What does vehicle {i} do? ", i + 1)),
            answer = string.Concat(Enumerable.Repeat($"It keeps lane {i}. ", 4 - i)) + "Done.",
            images = i == 4 ? [] : (string[])[$"picture{i % 3}.png"],
            question_type = capabilities[i % 3],
        })));
        ResolvedRecipe<DistillRecipe> recipe = RecipeReader.Read<DistillRecipe>(fixture.Recipe, ["data.records=" + fixture.Path("lengths.json"), .. overrides]);
        IReadOnlyList<Sample> samples = RecordReader.Read(recipe.Recipe.Data.Records![0], new RecordReadOptions { ImageRoot = recipe.Recipe.Data.Images }).Samples;
        _session = DistillSession.Open(recipe, samples, []);
        Parts = new TrainingParts(_session);
        Samples = [.. samples.Select(_session.Encoder.Encode)];
    }

    public TrainingParts Parts { get; }

    public IReadOnlyList<EncodedSample> Samples { get; }

    public EncodedSample WithoutPictures => Samples[^1];

    public VisionLanguageModel Student => _session.Student;

    /// <summary>Runs one window whole.</summary>
    /// <param name="batches">Its forward passes.</param>
    /// <param name="measures">Task gradients are wanted whatever the method.</param>
    /// <returns>The gradient by parameter; what has none is left out.</returns>
    public IReadOnlyDictionary<string, float[]> RunWindow(IReadOnlyList<EncodedSample[]> batches, bool measures = false)
    {
        StepLog log = new();
        Parts.Updates.BeginWindow(measures);
        foreach (EncodedSample[] batch in batches)
        {
            Parts.Step.Run(batch, 1.0 / batches.Sum(other => other.Length), log);
        }

        Parts.Updates.EndWindow(log);
        return Gradients();
    }

    /// <summary>The losses of one sample, run alone.</summary>
    public IReadOnlyDictionary<TrainingTask, double> Losses(EncodedSample sample)
    {
        StepLog log = new();
        Parts.Updates.BeginWindow(measures: false);
        Parts.Step.Run([sample], 1, log);
        return log.Means();
    }

    /// <summary>The gradient so far.</summary>
    public IReadOnlyDictionary<string, float[]> Gradients()
    {
        Dictionary<string, float[]> gradients = [];
        foreach ((int place, string name) in Parts.Weights.Names.Index())
        {
            if (Parts.Updates.Sum[place] is Tensor gradient)
            {
                gradients.Add(name, gradient.data<float>().ToArray());
            }
        }

        return gradients;
    }

    public void Dispose()
    {
        Parts.Dispose();
        _session.Dispose();
    }
}
