using DriveKD.Data.Errors;
using DriveKD.Distillation.Training;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Training;

public sealed class TrainableWeightsTests : IDisposable
{
    private const double Tolerance = 1e-5;
    private const string Query = "language_model.model.layers.1.self_attn.q_proj";
    private const string Norm = "language_model.model.norm.weight";

    private readonly TemporaryFolder _folder = new();
    private readonly List<VisionLanguageModel> _models = [];

    public TrainableWeightsTests() =>
        ModelCreator.Create(new ModelCreatorOptions { Preset = ModelFamilies.FindPreset("tiny"), Folder = Source, Seed = 3 });

    private string Source => _folder["student"];

    public void Dispose()
    {
        _models.ForEach(model => model.Dispose());
        _folder.Dispose();
    }

    [Fact]
    public void Constructor_GlobsAndAdapters_TrainsExactlyThose()
    {
        VisionLanguageModel student = Load();
        using TrainableWeights weights = Train(student, new TrainSettings { Trainable = ["*.norm.weight"], Lora = new LoraSettings { Rank = 2, Targets = ["up_proj"] } });
        string[] expected =
        [
            Norm,
            .. from layer in Enumerable.Range(0, 4)
                from half in (string[])["A", "B"]
                select $"language_model.model.layers.{layer}.mlp.up_proj.lora_{half}",
        ];
        Assert.Equal(expected, weights.State().Keys);
        Assert.Equal(64 + (4 * 2 * (64 + 128)), weights.Count);
        Assert.Equal([Norm], student.named_parameters().Where(entry => entry.parameter.requires_grad).Select(entry => entry.name));
        Assert.All(weights.Optimised, parameter => Assert.True(parameter.requires_grad));
    }

    [Theory]
    [InlineData(Precision.Float32, true, ScalarType.Float32)]
    [InlineData(Precision.Bfloat16, false, ScalarType.Float32)]
    [InlineData(Precision.Bfloat16Pure, true, ScalarType.BFloat16)]
    public void Constructor_EachPrecision_StepsTheModelItselfOrMasters(Precision precision, bool stepsTheModel, ScalarType dtype)
    {
        VisionLanguageModel student = Load(precision);
        using TrainableWeights weights = Train(student, new TrainSettings { Trainable = ["attention"], Lora = new LoraSettings { Rank = 2 } }, precision);
        Assert.Equal(!stepsTheModel, weights.HasMasters);
        Assert.All(weights.Optimised, parameter => Assert.Equal(dtype, parameter.dtype));
        Parameter query = student.named_parameters().Single(entry => entry.name == Query + ".weight").parameter;
        Assert.Equal(stepsTheModel, weights.State().Values.Any(tensor => ReferenceEquals(tensor, query)));
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.Bfloat16)]
    public void Export_TrainedAdapters_WritesAFolderThatAnswersAsTheAdaptedModel(Precision precision)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        VisionLanguageModel student = Load(precision);
        Dictionary<string, Tensor> before = student.WeightsByName().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        using TrainableWeights weights = Train(
            student, new TrainSettings { Trainable = ["*.q_proj.weight", Norm], Lora = new LoraSettings { Rank = 4, Alpha = 6, Targets = ["q_proj", "down_proj"] } }, precision);
        Move(weights);
        string[] changed = [.. student.WeightsByName().Where(entry => !entry.Value.Equals(before[entry.Key])).Select(entry => entry.Key).Order()];
        using (ExportedWeights exported = weights.Export())
        {
            Assert.Equal(
                changed.Concat(Enumerable.Range(0, 4).Select(layer => $"language_model.model.layers.{layer}.mlp.down_proj.weight")).Order(),
                exported.Tensors.Keys.Order());
            Assert.All(exported.Tensors.Values, tensor => Assert.Equal(ScalarType.Float32, tensor.dtype));
            CheckpointWriter.Write(Source, _folder["out"], exported.Tensors);
        }

        // Exporting leaves the model as it was trained.
        Assert.Equal(changed, student.WeightsByName().Where(entry => !entry.Value.Equals(before[entry.Key])).Select(entry => entry.Key).Order());
        using VisionLanguageModel written = ModelLoader.Load(_folder["out"], new Placement(CPU, ScalarType.Float32));
        Tensor expected = Logits(student).to_type(ScalarType.Float32);
        double scale = expected.abs().max().item<float>();
        // bfloat16 has a hundredth; that the merged weights are not rounded to it is tested by number below.
        AssertClose(expected, Logits(written), (precision == Precision.Float32 ? Tolerance : 0.03) * scale);
    }

    [Fact]
    public void Export_FrozenMatrixOfABfloat16Model_MergesOntoItsStoredValues()
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        VisionLanguageModel student = Load(Precision.Bfloat16);
        using TrainableWeights weights = Train(student, new TrainSettings { Lora = new LoraSettings { Rank = 2, Alpha = 3 } }, Precision.Bfloat16);
        Move(weights);
        using Checkpoint source = Checkpoint.Open(Source);
        IReadOnlyDictionary<string, Tensor> state = weights.State();
        Tensor expected = source.ReadTensor(Query + ".weight").add(state[Query + ".lora_B"].matmul(state[Query + ".lora_A"]).mul(1.5));
        using ExportedWeights exported = weights.Export();
        Assert.Equal(8, exported.Tensors.Count);
        AssertClose(expected, exported.Tensors[Query + ".weight"], 1e-7);
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.Bfloat16)]
    [InlineData(Precision.Bfloat16Pure)]
    public void Restore_StateOfAnotherRun_GivesItsMastersAndItsModel(Precision precision)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        TrainSettings train = new() { Trainable = ["*.norm.weight", "attention"], Lora = new LoraSettings { Rank = 2 } };
        VisionLanguageModel student = Load(precision);
        using TrainableWeights weights = Train(student, train, precision, seed: 1);
        Move(weights);
        VisionLanguageModel other = Load(precision);
        using TrainableWeights restored = Train(other, train, precision, seed: 2);
        restored.Restore(weights.State());

        Assert.Equal(weights.State().Keys, restored.State().Keys);
        foreach ((string name, Tensor tensor) in weights.State())
        {
            Assert.True(tensor.Equals(restored.State()[name]), name);
            Assert.False(ReferenceEquals(tensor, restored.State()[name]), name);
        }

        Assert.All(student.WeightsByName(), entry => Assert.True(entry.Value.Equals(other.WeightsByName()[entry.Key]), entry.Key));
        Assert.True(Logits(student).Equals(Logits(other)));
    }

    [Fact]
    public void Restore_StateOfAnotherSelection_NamesEveryDifferenceAndTakesNothing()
    {
        VisionLanguageModel student = Load();
        using TrainableWeights weights = Train(student, new TrainSettings { Trainable = [Norm], Lora = new LoraSettings { Rank = 2 } });
        Dictionary<string, Tensor> state = weights.State().ToDictionary(entry => entry.Key, entry => entry.Value);
        using Tensor ones64 = ones(64);
        using Tensor tooWide = zeros(3, 64);
        state[Norm] = ones64;
        state[Query + ".lora_A"] = tooWide;
        state.Remove(Query + ".lora_B");
        state["mlp1.0.bias"] = ones64;
        using Tensor before = weights.State()[Norm].detach().clone();

        InputException exception = Assert.Throws<InputException>(() => weights.Restore(state));
        Assert.Equal(
            [
                (Query + ".lora_A", "was saved as [3, 64], here it is [2, 64]"),
                (Query + ".lora_B", "is trained here but was not saved"),
                ("mlp1.0.bias", "was saved but is not trained here"),
            ],
            exception.Problems.Select(problem => (problem.Where.Split(' ')[^1], problem.What.Split('.')[0])));
        Assert.True(before.Equals(weights.State()[Norm]));
    }

    [Theory]
    [InlineData(Precision.Float32)]
    [InlineData(Precision.Bfloat16)]
    public void Everything_DoneTwice_LeavesNoTensorBehind(Precision precision)
    {
        void Use()
        {
            using VisionLanguageModel student = Load(precision, isOwned: true);
            using TrainableWeights weights = Train(student, new TrainSettings { Trainable = ["language"], Lora = new LoraSettings { Rank = 2 } }, precision);
            weights.Restore(weights.State());
            weights.Export().Dispose();
        }

        Use();
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Use();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Constructor_CheckpointGone_LeavesNoMasters()
    {
        VisionLanguageModel student = Load(Precision.Bfloat16);
        File.WriteAllBytes(_folder["student", "model.safetensors"], []);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.Throws<InputException>(() => Train(student, new TrainSettings(), Precision.Bfloat16));
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private VisionLanguageModel Load(Precision precision = Precision.Float32, bool isOwned = false)
    {
        VisionLanguageModel model = ModelLoader.Load(
            Source, new Placement(CPU, precision == Precision.Float32 ? ScalarType.Float32 : ScalarType.BFloat16));
        if (!isOwned)
        {
            _models.Add(model);
        }

        return model;
    }

    private TrainableWeights Train(VisionLanguageModel student, TrainSettings train, Precision precision = Precision.Float32, long seed = 1) =>
        new(student, Source, train, precision, new SeedStreams(seed));

    /// <summary>A training of sorts: every trained number is moved, then rounded into the model.</summary>
    private static void Move(TrainableWeights weights)
    {
        using IDisposable noGrad = no_grad();
        RandomStream random = new(4);
        foreach (Parameter parameter in weights.Optimised)
        {
            using Tensor step = tensor([.. Enumerable.Range(0, (int)parameter.numel()).Select(_ => (float)(0.2 * (random.NextDouble() - 0.5)))], parameter.shape);
            using Tensor moved = parameter.add(step);
            parameter.copy_(moved);
        }

        weights.Publish();
    }

    private static Tensor Logits(VisionLanguageModel model)
    {
        using DisposeScope scope = NewDisposeScope();
        using IDisposable noGrad = no_grad();
        Tensor ids = tensor([.. Enumerable.Range(0, 12).Select(i => (long)(7 * i % 50))]).unsqueeze(0);
        return model.Logits(model.Decode(model.Embed(ids), SequencePositions.Consecutive(1, 12))!).MoveToOuterDisposeScope();
    }

    private static void AssertClose(Tensor expected, Tensor actual, double tolerance)
    {
        Assert.Equal(expected.shape, actual.shape);
        using Tensor difference = expected.detach().sub(actual.detach()).abs().max();
        Assert.InRange(difference.item<float>(), 0, tolerance);
    }
}
