using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Data.Text;
using DriveKD.Distillation.Batching;
using DriveKD.Distillation.Signals;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Tests;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Tests.Signals;

/// <summary>A student of 4 layers and 64 channels, a teacher of 6 layers and 96, and samples of different lengths.</summary>
internal sealed class SignalWorld : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public SignalWorld()
    {
        ModelPreset tiny = ModelFamilies.FindPreset("tiny");
        ModelConfig wide = tiny.Config with { Language = tiny.Config.Language with { HiddenSize = 96, Heads = 6, Layers = 6 } };
        Student = Create("student", tiny, 1);
        Teacher = Create("teacher", tiny with { Config = wide }, 2);
        byte[] pixels = [.. Enumerable.Range(0, 64 * 48 * 3).Select(i => (byte)(i * 37 % 251))];
        File.WriteAllBytes(_folder["picture.png"], PngEncoder.Encode(new RgbImage(64, 48, pixels)));
        SampleEncoder encoder = new(BpeTokenizer.Load(_folder["student"]), [tiny.Config.Pictures]);
        Samples =
        [
            Encode(encoder, Capability.Perception, "<image>What is ahead?", "A car, and behind it a truck that stands still."),
            Encode(encoder, Capability.Reasoning, "Why?", "Rain."),
            Encode(encoder, Capability.Planning, "<image>What should the ego vehicle do in the next seconds, and why?", "Brake."),
        ];
    }

    public VisionLanguageModel Student { get; }

    public VisionLanguageModel Teacher { get; }

    /// <summary>Two with a picture, and between them one without.</summary>
    public IReadOnlyList<EncodedSample> Samples { get; }

    public SignalModel StudentModel => new(Student.Config.Language, "the student");

    public SignalModel TeacherModel => new(Teacher.Config.Language, "the teacher");

    /// <summary>A model of a depth, where nothing else matters.</summary>
    public static SignalModel Model(int layers) => new(ModelFamilies.FindPreset("tiny").Config.Language with { Layers = layers }, "a model");

    /// <summary>A view of tensors that no model made; hidden states count from 0 too.</summary>
    public static SampleView View(IReadOnlyList<Tensor> maps_BLL, IReadOnlyList<Tensor> hidden_BLC, Tensor imageMask_BL, int row) =>
        new(Numbered(maps_BLL), Numbered(hidden_BLC), row, (int)imageMask_BL.shape[1])
        {
            ImageMask_1T = imageMask_BL.narrow(0, row, 1),
            AnswerPositions_S = tensor(new long[] { 0 }),
            HeadWeight_VC = ones(1, 1),
        };

    public void Dispose()
    {
        Student.Dispose();
        Teacher.Dispose();
        _folder.Dispose();
    }

    private static Dictionary<int, Tensor> Numbered(IReadOnlyList<Tensor> tensors) => Enumerable.Range(0, tensors.Count).ToDictionary(i => i, i => tensors[i]);

    private VisionLanguageModel Create(string name, ModelPreset preset, ulong seed)
    {
        ModelCreator.Create(new ModelCreatorOptions { Preset = preset, Folder = _folder[name], Seed = seed });
        return ModelLoader.Load(_folder[name], new Placement(CPU, ScalarType.Float32));
    }

    private EncodedSample Encode(SampleEncoder encoder, Capability capability, string question, string answer) => encoder.Encode(new Sample
    {
        Images = question.StartsWith(Sample.ImagePlaceholder, StringComparison.Ordinal) ? [new SampleImage("picture.png", _folder["picture.png"], null)] : [],
        Question = question,
        Answer = answer,
        Capability = capability,
        QuestionType = "",
        Source = new SourcePosition("test", 0, "$"),
    });
}
