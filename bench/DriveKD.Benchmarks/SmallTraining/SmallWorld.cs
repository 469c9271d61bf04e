using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Batching;
using DriveKD.Models.Families;
using DriveKD.Models.InternVL;
using DriveKD.Models.Layers;
using DriveKD.Models.Native;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace DriveKD.Benchmarks.SmallTraining;

/// <summary>
/// Random models of the driving world's size and samples of its lengths: pictures of 84 pixels in patches of 7, 36 image tokens, a student 48
/// wide and 6 deep, three teachers 64 wide and 7 deep, sequences of 60 to 100 tokens.
/// </summary>
internal sealed class SmallWorld : IDisposable
{
    public const int Side = 84;
    public const int ImageTokens = 36;
    public const int Vocabulary = 360;

    private static readonly Capability[] _capabilities = Enum.GetValues<Capability>();

    /// <param name="samples">How many different samples there are.</param>
    /// <param name="longest">The most tokens of a sample; the fewest are 60.</param>
    public SmallWorld(int samples, int longest = 100)
    {
        Student = Create(Shape(48, 6, 12, 128), 1);
        Teachers = [.. _capabilities.Select((_, i) => Create(Shape(64, 7, 16, 192), 2 + i))];
        Random random = new(7);
        Samples = [.. Enumerable.Range(0, samples).Select(index => Sample(Student.Config, index, random, longest))];
    }

    public VisionLanguageModel Student { get; }

    /// <summary>One per capability.</summary>
    public IReadOnlyList<VisionLanguageModel> Teachers { get; }

    public IReadOnlyList<EncodedSample> Samples { get; }

    public void Dispose()
    {
        Student.Dispose();
        foreach (VisionLanguageModel teacher in Teachers)
        {
            teacher.Dispose();
        }
    }

    private static InternVLConfig Shape(int width, int layers, int headSize, int inner)
    {
        InternVLConfig tiny = (InternVLConfig)ModelFamilies.FindPreset("tiny").Config;
        return tiny with
        {
            TileSize = Side,
            Vision = tiny.Vision with { HiddenSize = 64, Layers = 3, Heads = 4, IntermediateSize = 192, ImageSize = Side, PatchSize = 7 },
            Language = tiny.Language with
            {
                HiddenSize = width,
                Layers = layers,
                Heads = 4,
                KeyValueHeads = 2,
                HeadSize = headSize,
                IntermediateSize = inner,
                VocabularySize = Vocabulary,
            },
        };
    }

    private static InternVLModel Create(InternVLConfig config, int seed)
    {
        LibTorch.EnsureLoaded();
        InternVLModel model = new(config, hasSeparateHead: true, new Placement(CPU, ScalarType.Float32));
        using IDisposable noGrad = no_grad();
        foreach ((string name, Parameter parameter) in model.named_parameters())
        {
            if (name.Contains("norm", StringComparison.Ordinal))
            {
                nn.init.constant_(parameter, 1);
            }
            else
            {
                // The tower's weights are the same in all models, as in the driving world.
                manual_seed(name.StartsWith("vision_model.", StringComparison.Ordinal) ? 0 : seed);
                nn.init.normal_(parameter, 0, 0.05);
            }
        }

        return model;
    }

    private static EncodedSample Sample(ModelConfig config, int index, Random random, int longest)
    {
        int length = random.Next(60, longest + 1);
        int supervised = random.Next(3, 16);
        int[] ids = [.. Enumerable.Range(0, length).Select(_ => random.Next(Vocabulary))];
        float[] pixels = new float[3 * Side * Side];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)((4 * random.NextDouble()) - 2);
        }

        return new EncodedSample
        {
            Source = new Sample
            {
                Images = [new SampleImage($"picture{index}.png", $"/pictures/picture{index}.png", null)],
                Question = "?",
                Answer = "!",
                Capability = _capabilities[index % _capabilities.Length],
                QuestionType = "",
                Source = new SourcePosition("bench", index, "$"),
            },
            TokenIds = ids,
            Labels = [.. ids.Select((id, i) => i < length - supervised ? -100 : id)],
            ImageMask = [.. Enumerable.Range(0, length).Select(i => i is >= 4 and < 4 + ImageTokens)],
            Layouts = [config.UsualPicture],
            Pieces = new Dictionary<PictureProcessor, IReadOnlyList<PicturePiece>> { [config.Pictures] = [new PicturePiece(Side, Side, pixels)] },
        };
    }
}
