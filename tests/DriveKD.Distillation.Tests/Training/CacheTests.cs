using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Teachers;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Training;

/// <summary>What is kept from step to step changes the time that a run takes, not what comes out of it.</summary>
public sealed class CacheTests : IDisposable
{
    private static readonly string[] _nothingKept = ["cache.features=0", "cache.targets=0"];

    // Of a weight: pictures and samples that go through a model together round otherwise than alone.
    private const double BatchTolerance = 1e-4;

    private readonly DistillationFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [InlineData("gradients.per=sample")]
    [InlineData("gradients.per=window", "train.batch_size=1")]
    public void Run_SamplesAlone_TrainsTheSameBitsWhateverIsKept(params string[] overrides)
    {
        byte[] all = Train("all", overrides);
        Assert.Equal(Train("nothing", [.. overrides, .. _nothingKept]), all);
        Assert.Equal(Train("features", [.. overrides, "cache.targets=0"]), all);
        Assert.Equal(Train("targets", [.. overrides, "cache.features=0"]), all);
    }

    [Fact]
    public void Run_Batches_GivesTheGradientsOfABatchWithoutCachesTheFirstTimeAndLater()
    {
        using StepWorld plain = new(_fixture, ["gradients.method=sum", "weighting.kind=static", .. _nothingKept]);
        using StepWorld keeping = new(_fixture, "gradients.method=sum", "weighting.kind=static");
        IReadOnlyDictionary<string, float[]> expected = plain.RunWindow([[.. plain.Samples]]);
        IReadOnlyDictionary<string, float[]> first = keeping.RunWindow([[.. keeping.Samples]]);
        keeping.Parts.Updates.LoseGradients();
        IReadOnlyDictionary<string, float[]> later = keeping.RunWindow([[.. keeping.Samples]]);
        Assert.Equal(expected.Keys, first.Keys);
        foreach ((string name, float[] vector) in expected)
        {
            double norm = Math.Sqrt(vector.Sum(value => (double)value * value));
            double difference = Math.Sqrt(vector.Zip(first[name], (a, b) => ((double)a - b) * ((double)a - b)).Sum());
            Assert.True(difference <= BatchTolerance * norm, $"{name}: off by {difference:e2} of {norm:e2}");
            Assert.Equal(first[name], later[name]);
        }
    }

    [Fact]
    public void Of_EqualTowersAndALimit_KeepsEachPictureOnceUpToTheLimit()
    {
        using StepWorld world = new(_fixture);
        using SampleBatch batch = new([world.Samples[0], world.Samples[1], world.Samples[3]], CPU);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        using (PictureFeatures unlimited = new(long.MaxValue))
        using (PictureFeatures narrow = new(1))
        using (Tensor expected = world.Student.EncodeImages(batch.Pieces(world.Student.Config.Pictures)))
        using (Tensor first = unlimited.Of(world.Student, batch)!)
        using (Tensor second = unlimited.Of(world.Student, batch)!)
        using (Tensor unkept = narrow.Of(world.Student, batch)!)
        {
            // Samples 0 and 3 show the same picture.
            Assert.Equal((2, 0), (unlimited.Count, narrow.Count));
            Assert.Equal(first.data<float>().ToArray(), second.data<float>().ToArray());
            Assert.Equal(first.data<float>().ToArray(), unkept.data<float>().ToArray());
            Assert.True(first.allclose(expected, rtol: 1e-4, atol: 1e-5));
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Of_GroupsOfTheRunsPictures_GiveTheSameInEveryOrder()
    {
        using StepWorld world = new(_fixture);
        using SampleBatch batch = new([world.Samples[0], world.Samples[1], world.Samples[3]], CPU);
        using SampleBatch last = new([world.Samples[1]], CPU);
        PictureGroups groups = new(world.Samples.Select(sample => sample.Source), 16);
        using PictureFeatures alone = new(long.MaxValue);
        using PictureFeatures forward = new(long.MaxValue, groups);
        using PictureFeatures backward = new(long.MaxValue, groups);
        using Tensor expected = alone.Of(world.Student, batch)!;
        using Tensor first = forward.Of(world.Student, batch)!;
        using (backward.Of(world.Student, last))
        {
            // One wanted picture brings its whole group.
            Assert.Equal((3, 3), (groups.Count, backward.Count));
        }

        using Tensor second = backward.Of(world.Student, batch)!;
        Assert.Equal(first.data<float>().ToArray(), second.data<float>().ToArray());
        Assert.True(first.allclose(expected, rtol: 1e-4, atol: 1e-5));
        Assert.Equal(backward.Bytes, forward.Bytes);
        using PictureFeatures pairs = new(long.MaxValue, new PictureGroups(world.Samples.Select(sample => sample.Source), 2));
        using (pairs.Of(world.Student, last))
        {
            Assert.Equal(2, pairs.Count);
        }
    }

    [Fact]
    public void Of_GroupsBeyondTheLimit_LetPicturesGoAlone()
    {
        using StepWorld world = new(_fixture);
        using SampleBatch batch = new([world.Samples[0], world.Samples[1]], CPU);
        using PictureFeatures alone = new(long.MaxValue);
        using Tensor expected = alone.Of(world.Student, batch)!;
        // Room for two of three pictures: no group, and no more than fits.
        using PictureFeatures narrow = new(alone.Bytes, new PictureGroups(world.Samples.Select(sample => sample.Source), 16));
        using Tensor found = narrow.Of(world.Student, batch)!;

        Assert.Equal(2, narrow.Count);
        Assert.Equal(expected.data<float>().ToArray(), found.data<float>().ToArray());
    }

    [Fact]
    public void RunsSamplesAlone_NoSignals_IsFalseWhateverTheMethod()
    {
        using StepWorld signals = new(_fixture, "gradients={method: agp, per: sample}");
        using StepWorld supervised = new(_fixture, "gradients={method: agp, per: sample}", "distillation.weights={perception: 0, reasoning: 0, planning: 0}");

        Assert.Equal((true, false), (signals.Parts.Updates.RunsSamplesAlone, supervised.Parts.Updates.RunsSamplesAlone));
    }

    [Fact]
    public void Of_TrainedTower_KeepsNothingAndHasGradients()
    {
        using StepWorld world = new(_fixture, "train.trainable=all");
        using SampleBatch batch = new([world.Samples[0]], CPU);
        using PictureFeatures features = new(long.MaxValue);
        using Tensor output = features.Of(world.Student, batch)!;
        Assert.True(output.requires_grad);
        Assert.Equal(0, features.Count);
    }

    [Fact]
    public void Offer_BeyondTheLimit_LeavesTheTargetsWithTheCaller()
    {
        Sample sample = new() { Images = [], Question = "", Answer = "", Capability = Capability.Planning, QuestionType = "", Source = new SourcePosition("test", 0, "$") };
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        TeacherTargets Targets()
        {
            TeacherTargets targets = new();
            targets.Add(Capability.Planning, new SignalTarget([ones(1, 2, 2)]));
            return targets;
        }

        using (KeptTargets kept = new(20))
        {
            TeacherTargets first = Targets();
            kept.Offer(sample, first);
            TeacherTargets second = Targets();
            kept.Offer(sample with { Answer = "another" }, second);
            Assert.Equal((16, 1, true, false), (kept.Bytes, kept.Count, first.IsKept, second.IsKept));
            first.Dispose();
            second.Dispose();
            Assert.Equal([1, 1, 1, 1], kept.Find(sample)![Capability.Planning].Values[0].data<float>().ToArray());
            Assert.Null(kept.Find(sample with { Answer = "another" }));
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Run_PicturesInMemory_TrainsTheSameBitsAsFromFiles()
    {
        byte[] expected = Train("files");
        ResolvedRecipe<DistillRecipe> recipe = RecipeReader.Read<DistillRecipe>(_fixture.Recipe, ["output=" + _fixture.Path("memory"), "train.steps=4"]);
        IReadOnlyList<Sample> files = RecordReader.Read(recipe.Recipe.Data.Records![0], new RecordReadOptions { ImageRoot = recipe.Recipe.Data.Images }).Samples;
        Dictionary<string, RgbImage> pictures = files.SelectMany(sample => sample.Images).DistinctBy(image => image.Key).ToDictionary(image => image.RecordedPath, image => image.Read());
        Sample[] samples =
        [
            .. files.Select(sample => sample with { Images = [.. sample.Images.Select(image => SampleImage.InMemory(image.RecordedPath, () => pictures[image.RecordedPath]))] }),
        ];
        using DistillSession session = DistillSession.Open(recipe, samples, []);
        using RunFolder run = RunFolder.Create(
            recipe.Recipe.Output, recipe.Yaml, RunEnvironment.Capture("0", "test", [], "cpu", TimeProvider.System), TimeProvider.System);
        new DistillTrainer(session, run).Run();
        Assert.Equal(expected, File.ReadAllBytes(Path.Combine(run.FinalFolder, "model.safetensors")));
    }

    private byte[] Train(string name, params string[] overrides)
    {
        using TrainingWorkshop workshop = new(_fixture, ["output=" + _fixture.Path(name), "train.steps=4", .. overrides]);
        workshop.Start(out RunFolder run);
        return File.ReadAllBytes(Path.Combine(run.FinalFolder, "model.safetensors"));
    }
}
