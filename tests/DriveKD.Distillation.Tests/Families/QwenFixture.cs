using System.Text.Json;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Models.Qwen25VL;
using DriveKD.Runs.Recipes;
using DriveKD.Tests;

namespace DriveKD.Distillation.Tests.Families;

/// <summary>A distillation of tiny Qwen2.5-VL models in a temporary folder: pictures of several sizes, one, two or none to a question.</summary>
internal sealed class QwenFixture : IDisposable
{
    private static readonly (int Width, int Height)[] _sizes = [(112, 84), (60, 200), (330, 90), (56, 56)];

    private readonly TemporaryFolder _folder = new();

    public QwenFixture(int records = 7)
    {
        CreateModel("student", 1);
        CreateModel("teacher", 2, ModelFamilies.FindPreset("qwen-tiny") is { } tiny ? tiny with { Config = tiny.Config with { Language = tiny.Config.Language with { Layers = 5 } } } : null);
        Directory.CreateDirectory(Path("images"));
        for (int i = 0; i < _sizes.Length; i++)
        {
            WritePicture($"picture{i}.png", _sizes[i], 40 + i);
        }

        WriteRecords("records.json", records);
        File.WriteAllText(Recipe, $"""
            output: {Path("run")}
            seed: 7
            models:
              student: student
              teachers:
                perception: teacher
                reasoning: teacher
                planning: teacher
            data:
              records: records.json
              images: images
            train:
              steps: 4
              accumulation: 2
              learning_rate: 1e-3
            checkpoint:
              every: 0
            """);
    }

    public string Recipe => Path("recipe.yaml");

    public string Path(params string[] parts) => _folder[parts];

    public void CreateModel(
        string name, ulong seed, ModelPreset? preset = null, string layout = Qwen25VLFamily.ReleasedLayout, long shardBytes = CheckpointWriterOptions.UsualShardBytes) =>
        ModelCreator.Create(new ModelCreatorOptions
        {
            Preset = preset ?? ModelFamilies.FindPreset("qwen-tiny"),
            Folder = Path(name),
            Seed = seed,
            Layout = layout,
            MaxShardBytes = shardBytes,
        });

    public ResolvedRecipe<DistillRecipe> Read(params string[] overrides) => RecipeReader.Read<DistillRecipe>(Recipe, overrides);

    public IReadOnlyList<Sample> Samples() => RecordReader.Read(Path("records.json"), new RecordReadOptions { ImageRoot = Path("images") }).Samples;

    public void Dispose() => _folder.Dispose();

    private void WriteRecords(string name, int count)
    {
        string[] capabilities = ["perception", "reasoning", "planning"];
        object[] records =
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                int pictures = i == 4 ? 0 : 1 + (i % 2);
                return new
                {
                    question = string.Concat(Enumerable.Repeat("<image>", pictures)) + $"Question {i}:" + string.Concat(Enumerable.Repeat(" and the vehicle ahead", i)) + "?",
                    answer = $"Answer {i}: it keeps going.",
                    images = Enumerable.Range(0, pictures).Select(picture => $"picture{(i + picture) % _sizes.Length}.png").ToArray(),
                    question_type = capabilities[i % 3],
                };
            }),
        ];
        File.WriteAllText(Path(name), JsonSerializer.Serialize(records));
    }

    private void WritePicture(string name, (int Width, int Height) size, int shade)
    {
        byte[] pixels = new byte[size.Width * size.Height * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i * shade) % 251);
        }

        File.WriteAllBytes(Path("images", name), PngEncoder.Encode(new RgbImage(size.Width, size.Height, pixels)));
    }
}
