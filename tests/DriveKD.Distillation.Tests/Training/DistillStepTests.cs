using System.Text.Json;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Distillation.Teachers;
using DriveKD.Distillation.Training;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Training;

/// <summary>Replays the authors' run without projection: static weights 1, 2, 3, 4, everything trained, 12 optimizer steps.</summary>
public sealed class DistillStepTests : IDisposable
{
    // Tolerances of the reference data's README, relative.
    private const double LossTolerance = 1e-5;
    private const double NormTolerance = 1e-4;
    private const double GradientTolerance = 5e-5;
    private const double ParameterChangeTolerance = 1e-3;

    private const int Accumulation = 4;

    private readonly List<InternVLModel> _models = [];
    private readonly HiddenStateMaps _maps = new([], new SeedStreams(1), CPU);

    public void Dispose() => _models.ForEach(model => model.Dispose());

    [Fact]
    public void Run_AuthorsRunWithoutProjection_GivesTheirLossesGradientsAndParameters()
    {
        using JsonDocument document = TrainerGoldens.Json("case_ii_no_agp_static.json");
        using SafetensorsFile vectors = TrainerGoldens.Tensors("case_ii_no_agp_static.safetensors");
        JsonElement golden = document.RootElement;
        EncodedSample[] samples = GoldenSamples("main");
        InternVLModel student = Load("student");
        using TrainableWeights weights = Train(student, "all");
        using DriveKD.Distillation.Training.AdamW optimizer = new(weights.Optimised, new TrainSettings { Steps = 12 });
        using TeacherBank teachers = Teachers(student, out StepPlan plan);
        DistillStep step = new(student, teachers, plan, _maps);
        Flattening flattening = new(student);
        using Tensor initial = flattening.Parameters();

        int[] order = [.. golden.GetProperty("sample_order_per_epoch").EnumerateArray().SelectMany(epoch => epoch.EnumerateArray().Select(index => index.GetInt32()))];
        JsonElement[] microSteps = [.. golden.GetProperty("micro_steps").EnumerateArray()];
        JsonElement[] optimizerSteps = [.. golden.GetProperty("optimizer_steps").EnumerateArray()];
        Assert.Equal(48, microSteps.Length);
        int comparedParameters = 0;
        for (int micro = 0; micro < microSteps.Length; micro++)
        {
            SampleLosses losses = step.Run(samples[order[micro]], 1.0 / Accumulation);
            foreach (JsonProperty loss in microSteps[micro].GetProperty("losses").EnumerateObject())
            {
                TrainingTask task = TrainingTasks.All.Single(candidate => TrainingTasks.KeyOf(candidate) == loss.Name);
                AssertClose(loss.Value.GetDouble(), losses.Values[task], LossTolerance, $"micro-step {micro}, {loss.Name}");
            }

            if (micro == 0)
            {
                using Tensor gradient = flattening.Gradients();
                AssertVector(vectors.Read("micro00.gradient_combined"), gradient, GradientTolerance, "combined gradient");
            }

            if ((micro + 1) % Accumulation != 0)
            {
                continue;
            }

            int number = (micro + 1) / Accumulation;
            AssertClose(
                optimizerSteps[number - 1].GetProperty("accumulated_gradient_norm").GetDouble(), weights.GradientNorm(), NormTolerance, $"gradient norm of step {number}");
            optimizer.Step(5e-5);
            if (vectors.TryGet($"step{number:00}.parameters") is not null)
            {
                using DisposeScope scope = NewDisposeScope();
                Tensor keep = flattening.WithoutVisionKeyBias();
                Tensor expected = vectors.Read($"step{number:00}.parameters").sub(initial).mul(keep);
                AssertVector(expected, flattening.Parameters().sub(initial).mul(keep), ParameterChangeTolerance, $"parameter change after step {number}");
                comparedParameters++;
            }
        }

        Assert.Equal(2, comparedParameters);
    }

    [Fact]
    public void Run_SampleWithoutPictures_LeavesThePictureSignalsOut()
    {
        EncodedSample sample = GoldenSamples("text_only")[0];
        InternVLModel student = Load("student");
        using TrainableWeights weights = Train(student, "language");
        using TeacherBank teachers = Teachers(student, out StepPlan plan);
        SampleLosses losses = new DistillStep(student, teachers, plan, _maps).Run(sample, 1);
        Assert.Equal([TrainingTask.Supervision, TrainingTask.Reasoning], losses.Values.Keys.Order());
    }

    [Fact]
    public void Run_LanguageOnly_LeavesVisionTowerAndProjectorWithoutGradients()
    {
        EncodedSample sample = GoldenSamples("main")[0];
        InternVLModel student = Load("student");
        using TrainableWeights weights = Train(student, "language");
        using TeacherBank teachers = Teachers(student, out StepPlan plan);
        new DistillStep(student, teachers, plan, _maps).Run(sample, 1);
        foreach ((string name, Parameter parameter) in student.named_parameters())
        {
            Assert.Equal(name.StartsWith("language_model.", StringComparison.Ordinal), parameter.grad is not null);
        }
    }

    [Fact]
    public void Run_OneSample_LeavesNoTensorBehindButGradients()
    {
        EncodedSample sample = GoldenSamples("main")[0];
        InternVLModel student = Load("student");
        using TrainableWeights weights = Train(student, "language");
        using TeacherBank teachers = Teachers(student, out StepPlan plan);
        DistillStep step = new(student, teachers, plan, _maps);
        step.Run(sample, 1);
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        step.Run(sample, 1);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static TrainableWeights Train(InternVLModel student, string trainable) =>
        new(student, StudentFolder, new TrainSettings { Trainable = [trainable] }, Precision.Float32, new SeedStreams(1));

    private static string StudentFolder => Path.Combine(TrainerGoldens.Folder, "models", "student");

    private InternVLModel Load(string name)
    {
        InternVLModel model = InternVLLoader.Load(Path.Combine(TrainerGoldens.Folder, "models", name), new Placement(CPU, ScalarType.Float32));
        _models.Add(model);
        return model;
    }

    private static TeacherBank Teachers(InternVLModel student, out StepPlan plan)
    {
        Dictionary<Capability, ISignal> signals = [];
        List<Teacher> teachers = [];
        foreach (Capability capability in Enum.GetValues<Capability>())
        {
            string name = "teacher-" + capability.ToString().ToLowerInvariant();
            InternVLModel model = InternVLLoader.Load(Path.Combine(TrainerGoldens.Folder, "models", name), new Placement(CPU, ScalarType.Float32));
            signals.Add(capability, SignalRegistry.Create(
                new CapabilitySignals()[capability], capability, new SignalModel(student.Config.Language, "student"), new SignalModel(model.Config.Language, name)));
            teachers.Add(new Teacher(model, new Dictionary<Capability, ISignal> { [capability] = signals[capability] }));
        }

        plan = new StepPlan
        {
            Weights = new LossWeights { Supervision = 1, Perception = 2, Reasoning = 3, Planning = 4 },
            Mixing = new MixingMatrix(),
            Signals = signals,
        };
        return new TeacherBank(teachers);
    }

    /// <summary>The recorded token ids, labels, masks and pixels of each sample.</summary>
    private static EncodedSample[] GoldenSamples(string set)
    {
        using JsonDocument samples = TrainerGoldens.Json($"samples_{set}.json");
        using JsonDocument records = TrainerGoldens.Json($"data_{set}.json");
        return
        [
            // The sample without pictures is followed by one of the main set.
            .. samples.RootElement.EnumerateArray()
                .Where(sample => sample.GetProperty("sample_index").GetInt32() < records.RootElement.GetArrayLength())
                .Select(sample => Encode(sample, records.RootElement[sample.GetProperty("sample_index").GetInt32()])),
        ];
    }

    private static EncodedSample Encode(JsonElement sample, JsonElement record)
    {
        string[] images = [.. record.GetProperty("images").EnumerateArray().Select(image => image.GetString()!)];
        return new EncodedSample
        {
            Source = new Sample
            {
                Images = [.. images.Select(image => new SampleImage(image, image, null))],
                Question = string.Empty,
                Answer = string.Empty,
                Capability = Enum.Parse<Capability>(sample.GetProperty("capability").GetString()!, ignoreCase: true),
                QuestionType = string.Empty,
                Source = new SourcePosition("golden", sample.GetProperty("sample_index").GetInt32(), "$"),
            },
            TokenIds = Numbers(sample, "token_ids"),
            Labels = Numbers(sample, "labels"),
            ImageMask = [.. Numbers(sample, "image_mask").Select(flag => flag == 1)],
            PixelsByTileSize = images.Length == 0 ? new Dictionary<int, float[]>() : new Dictionary<int, float[]> { [112] = Pixels(images) },
        };
    }

    private static int[] Numbers(JsonElement sample, string key) => [.. sample.GetProperty(key).EnumerateArray().Select(number => number.GetInt32())];

    private static float[] Pixels(string[] images)
    {
        using JsonDocument names = TrainerGoldens.Json("images.json");
        using SafetensorsFile file = TrainerGoldens.Tensors("images.safetensors");
        float[] pixels = new float[images.Length * 3 * 112 * 112];
        for (int i = 0; i < images.Length; i++)
        {
            string key = names.RootElement.GetProperty("tensors").EnumerateObject().Single(entry => entry.Value.GetString() == images[i]).Name;
            using Tensor bytes = file.Read(key);
            PixelNormalization.ImageNet.Write(new RgbImage(112, 112, bytes.data<byte>().ToArray()), pixels.AsSpan(i * 3 * 112 * 112, 3 * 112 * 112));
        }

        return pixels;
    }

    private static void AssertClose(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance * Math.Abs(expected), $"{what}: {actual}, expected {expected}");

    private static void AssertVector(Tensor expected, Tensor actual, double tolerance, string what)
    {
        using Tensor difference = actual.sub(expected);
        double relative = difference.norm().item<float>() / expected.norm().item<float>();
        Assert.True(relative <= tolerance, $"{what}: off by {relative:e2} of its norm");
    }

    /// <summary>The reference's order of parameters in one vector.</summary>
    private sealed class Flattening
    {
        private readonly List<(string Name, Parameter Parameter)> _parameters = [];

        public Flattening(InternVLModel student)
        {
            Dictionary<string, Parameter> byName = student.named_parameters().ToDictionary(entry => entry.name, entry => entry.parameter);
            using JsonDocument order = TrainerGoldens.Json("parameter_order.json");
            JsonElement list = order.RootElement.ValueKind == JsonValueKind.Array ? order.RootElement : order.RootElement.GetProperty("parameters");
            foreach (JsonElement entry in list.EnumerateArray())
            {
                string name = entry.GetProperty("name").GetString()!;
                _parameters.Add((name, byName[name]));
            }

            Assert.Equal(byName.Count, _parameters.Count);
        }

        public Tensor Parameters() => Flatten(parameter => parameter.detach());

        public Tensor Gradients() => Flatten(parameter => parameter.grad is Tensor gradient ? gradient : zeros_like(parameter));

        /// <summary>1 everywhere but in the key third of the vision tower's qkv biases, whose true gradient is 0.</summary>
        public Tensor WithoutVisionKeyBias()
        {
            List<Tensor> parts = [];
            foreach ((string name, Parameter parameter) in _parameters)
            {
                Tensor part = ones(parameter.numel());
                if (name.EndsWith("attn.qkv.bias", StringComparison.Ordinal))
                {
                    part.narrow(0, parameter.numel() / 3, parameter.numel() / 3).zero_();
                }

                parts.Add(part);
            }

            return cat(parts);
        }

        private Tensor Flatten(Func<Parameter, Tensor> select)
        {
            using IDisposable noGrad = no_grad();
            return cat([.. _parameters.Select(entry => select(entry.Parameter).flatten())]).clone();
        }
    }
}
