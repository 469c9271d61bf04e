using DriveKD.Data.Errors;
using DriveKD.Models.Families;

namespace DriveKD.Distillation.Benchmarking;

/// <summary>The sizes of a student, one set of teacher weights for all three roles, and the samples they look at.</summary>
public sealed record BenchShape
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The student.</summary>
    public required ModelConfig Student { get; init; }

    /// <summary>The teacher.</summary>
    public required ModelConfig Teacher { get; init; }

    /// <summary>Pictures of a sample.</summary>
    public required int Pictures { get; init; }

    /// <summary>Tokens of a sample besides those of its pictures.</summary>
    public required int TextTokens { get; init; }

    /// <summary>Supervised tokens, the last of the text.</summary>
    public required int AnswerTokens { get; init; }

    /// <summary>Tokens of a sample.</summary>
    public int Tokens => TextTokens + (Pictures * Student.UsualPicture.Tokens);

    /// <summary>The shapes that have a name.</summary>
    public static IReadOnlyList<BenchShape> All { get; } =
    [
        Quarter("quarter"),
        new()
        {
            Name = "tiny",
            Student = Small("tiny", layers: 4),
            Teacher = Small("tiny", layers: 5),
            Pictures = 2,
            TextTokens = 64,
            AnswerTokens = 24,
        },
        new()
        {
            Name = "qwen-tiny",
            Student = Small("qwen-tiny", layers: 4),
            Teacher = Small("qwen-tiny", layers: 5),
            Pictures = 2,
            TextTokens = 64,
            AnswerTokens = 24,
        },
        new()
        {
            Name = "1b",
            Student = ModelFamilies.FindPreset("1B").Config,
            Teacher = ModelFamilies.FindPreset("2B").Config,
            Pictures = 6,
            TextTokens = 264,
            AnswerTokens = 96,
        },
    ];

    /// <summary>The shape of a name.</summary>
    /// <param name="name">What was asked for.</param>
    /// <exception cref="InputException">There is no such shape; the message lists them.</exception>
    public static BenchShape Find(string name) => All.FirstOrDefault(shape => shape.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new InputException("--shape", $"'{name}' is unknown; known shapes: {string.Join(", ", All.Select(shape => shape.Name))}.");

    /// <summary>InternVL3's widths at a quarter of its depth: a 1B student and a 2B teacher.</summary>
    private static BenchShape Quarter(string name) => new()
    {
        Name = name,
        Student = Cut("1B", layers: 6),
        Teacher = Cut("2B", layers: 7),
        Pictures = 6,
        TextTokens = 264,
        AnswerTokens = 96,
    };

    private static ModelConfig Cut(string preset, int layers)
    {
        ModelConfig config = ModelFamilies.FindPreset(preset).Config;
        return config.WithTowerLayers(6) with { Language = config.Language with { Layers = layers, VocabularySize = 16384 } };
    }

    private static ModelConfig Small(string preset, int layers)
    {
        ModelConfig config = ModelFamilies.FindPreset(preset).Config;
        return config with { Language = config.Language with { Layers = layers, VocabularySize = 1024 } };
    }
}
