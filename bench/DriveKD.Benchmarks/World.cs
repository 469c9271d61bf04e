using System.Globalization;
using System.Text.Json;
using DriveKD.Data.Imaging;
using DriveKD.Data.Samples;
using DriveKD.Distillation.Training;
using DriveKD.Models.Checkpoints.Creation;
using DriveKD.Models.Families;
using DriveKD.Runs.Folders;
using DriveKD.Runs.Recipes;

namespace DriveKD.Benchmarks;

/// <summary>A whole distillation in a folder of its own: random student and teacher, synthetic pictures, records of every capability.</summary>
internal sealed class World : IDisposable
{
    private readonly ScratchFolder _folder = new();

    /// <param name="student">The student's preset.</param>
    /// <param name="teacher">The teacher's preset; one folder teaches everything.</param>
    /// <param name="pictures">Pictures per sample.</param>
    /// <param name="words">Words of an answer.</param>
    public World(string student, string teacher, int pictures, int words)
    {
        ModelCreator.Create(new ModelCreatorOptions { Preset = ModelFamilies.FindPreset(student), Folder = _folder["student"], Seed = 1 });
        ModelCreator.Create(new ModelCreatorOptions { Preset = ModelFamilies.FindPreset(teacher), Folder = _folder["teacher"], Seed = 2 });
        Directory.CreateDirectory(_folder["images"]);
        string[] names = [.. Enumerable.Range(0, Math.Max(1, pictures)).Select(WritePicture)];
        string[] capabilities = ["perception", "reasoning", "planning"];
        string answer = string.Join(' ', Enumerable.Repeat("it keeps going", 1 + (words / 3)));
        object[] records =
        [
            .. Enumerable.Range(0, 12).Select(i => new
            {
                question = string.Concat(Enumerable.Repeat("<image>", pictures)) + $"Question {i}: what does the vehicle ahead do?",
                answer,
                images = names.Take(pictures),
                question_type = capabilities[i % 3],
            }),
        ];
        File.WriteAllText(_folder["records.json"], JsonSerializer.Serialize(records));
        File.WriteAllText(_folder["recipe.yaml"], $"""
            output: {_folder["run"]}
            seed: 7
            device: cpu
            models:
              student: student
              teachers: {"{"} perception: teacher, reasoning: teacher, planning: teacher {"}"}
            data:
              records: records.json
              images: images
            train:
              steps: 3
              accumulation: 2
            checkpoint:
              every: 0
            """);
    }

    /// <summary>Opens the session.</summary>
    /// <param name="overrides">Keys of the recipe.</param>
    public DistillSession Open(IReadOnlyList<string> overrides)
    {
        ResolvedRecipe<DistillRecipe> recipe = Read(overrides);
        RecordFile records = RecordReader.Read(recipe.Recipe.Data.Records![0], new RecordReadOptions { ImageRoot = recipe.Recipe.Data.Images });
        return DistillSession.Open(recipe, records.Samples, []);
    }

    /// <summary>Trains.</summary>
    /// <param name="session">What <see cref="Open"/> gave.</param>
    /// <param name="overrides">The same keys.</param>
    /// <param name="progress">Told after every step.</param>
    public void Train(DistillSession session, IReadOnlyList<string> overrides, IProgress<TrainingProgress>? progress = null)
    {
        RunEnvironment environment = RunEnvironment.Capture("0", "unknown", ["bench"], "cpu", TimeProvider.System);
        using RunFolder run = RunFolder.Create(session.Recipe.Output, Read(overrides).Yaml, environment, TimeProvider.System);
        new DistillTrainer(session, run).Run(progress);
    }

    public void Dispose() => _folder.Dispose();

    private ResolvedRecipe<DistillRecipe> Read(IReadOnlyList<string> overrides) => RecipeReader.Read<DistillRecipe>(_folder["recipe.yaml"], overrides);

    private string WritePicture(int number)
    {
        byte[] pixels = new byte[640 * 360 * 3];
        for (int i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (byte)((i * (40 + number)) % 251);
        }

        string name = string.Create(CultureInfo.InvariantCulture, $"picture{number}.png");
        File.WriteAllBytes(_folder["images", name], PngEncoder.Encode(new RgbImage(640, 360, pixels)));
        return name;
    }
}
