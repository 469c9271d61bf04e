using System.Text.Json;
using DriveKD.Data.Imaging;
using DriveKD.Data.Text;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Models.Layers;
using DriveKD.Models.Qwen25VL;

namespace DriveKD.Tests;

/// <summary>
/// A whole distillation in a temporary folder: a random student and teacher, synthetic pictures, records of every capability,
/// and a recipe. Needs nothing but this program.
/// </summary>
internal sealed class DistillationFixture : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private readonly ModelPreset _preset;

    public DistillationFixture(int records = 6, string preset = "tiny")
    {
        _preset = ModelFamilies.FindPreset(preset);
        CreateModel("student", 1);
        CreateModel("teacher", 2);
        Directory.CreateDirectory(Path("images"));
        WriteRecords("records.json", records);
        WriteRecipe("steps: 3");
    }

    public string Recipe => Path("recipe.yaml");

    public string Output => Path("run");

    public string Path(params string[] parts) => _folder[parts];

    public void CreateModel(string name, ulong seed) => CreateModel(name, seed, _preset);

    /// <summary>A model that looks at pictures as the others do, with wider hidden states.</summary>
    public void CreateWideModel(string name, ulong seed)
    {
        LanguageModelConfig wide = _preset.Config.Language with { HiddenSize = 96, Heads = 6 };
        ModelConfig config = _preset.Config is Qwen25VLConfig qwen
            ? qwen with { Language = wide, Vision = qwen.Vision with { OutputSize = wide.HiddenSize } }
            : _preset.Config with { Language = wide };
        CreateModel(name, seed, _preset with { Config = config });
    }

    /// <summary>A model of another shape or layout, whose tokens and pictures are those of the others.</summary>
    public void CreateModel(
        string name, ulong seed, ModelPreset preset, string? layout = null, long shardBytes = CheckpointWriterOptions.UsualShardBytes) =>
        ModelCreator.Create(new ModelCreatorOptions { Preset = preset, Folder = Path(name), Seed = seed, Layout = layout, MaxShardBytes = shardBytes });

    /// <summary>Makes a model compute NaN wherever a text holds a token.</summary>
    public void BreakEmbeddingOf(string model, string text)
    {
        int id = Assert.Single(BpeTokenizer.Load(Path(model)).Encode(text));
        string file = Path(model, "model.safetensors");
        long offset;
        using (SafetensorsFile weights = SafetensorsFile.Open(file))
        {
            TensorEntry embedding = weights.TryGet("language_model.model.embed_tokens.weight")!;
            offset = embedding.Offset + (id * embedding.ByteLength / embedding.Shape[0]);
        }

        using FileStream stream = new(file, FileMode.Open, FileAccess.ReadWrite);
        stream.Position = offset;
        // Not a number in float32 and bfloat16 alike.
        stream.Write([0xC0, 0x7F, 0xC0, 0x7F]);
    }

    public void WriteRecords(string name, int count)
    {
        string[] capabilities = ["perception", "reasoning", "planning"];
        List<object> records = [];
        for (int i = 0; i < count; i++)
        {
            string picture = $"picture{i % 3}.png";
            WritePicture(picture, 40 + (i % 3));
            records.Add(new
            {
                question = $"<image>Question {i}: what does the vehicle ahead do?",
                answer = $"Answer {i}: it keeps going.",
                images = (string[])[picture],
                question_type = capabilities[i % 3],
            });
        }

        File.WriteAllText(Path(name), JsonSerializer.Serialize(records));
    }

    public void WriteRecipe(string length) => File.WriteAllText(Recipe, $"""
        output: {Output}
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
          {length}
          accumulation: 2
          learning_rate: 1e-3
        checkpoint:
          every: 0
        """);

    public void Dispose() => _folder.Dispose();

    private void WritePicture(string name, int shade)
    {
        byte[] pixels = new byte[64 * 48 * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i * shade) % 251);
        }

        File.WriteAllBytes(Path("images", name), PngEncoder.Encode(new RgbImage(64, 48, pixels)));
    }
}
