using DriveKD.Data.Imaging;

namespace DriveKD.Cli.Commands.Planning;

/// <summary>What <c>drivekd plan</c> was asked for.</summary>
internal sealed record PlanSettings
{
    /// <summary>A recipe file or a model folder; null where student and teachers are named.</summary>
    public string? Subject { get; init; }

    /// <summary>Keys of the recipe.</summary>
    public IReadOnlyList<string> Overrides { get; init; } = [];

    /// <summary>The student's folder, without a recipe.</summary>
    public string? Student { get; init; }

    /// <summary>Teachers' folders, without a recipe: one for all capabilities, or CAPABILITY=FOLDER.</summary>
    public IReadOnlyList<string> Teachers { get; init; } = [];

    /// <summary>Samples of a training without a recipe.</summary>
    public int Samples { get; init; }

    /// <summary>Pictures of a question; null for six where a model runs, one where it is trained.</summary>
    public int? Pictures { get; init; }

    /// <summary>Pixels of a picture.</summary>
    public required (int Width, int Height) Size { get; init; }

    /// <summary>The most tiles of a picture; null for the model's own.</summary>
    public int? Tiles { get; init; }

    /// <summary>Areas of pictures in place of the models' own.</summary>
    public PixelLimits Limits { get; init; } = PixelLimits.Own;

    /// <summary>Tokens of a question beside its pictures.</summary>
    public int TextTokens { get; init; }

    /// <summary>Tokens of an answer.</summary>
    public int AnswerTokens { get; init; }

    /// <summary>float32 or bfloat16; null for the folder's own, or bfloat16 for a training.</summary>
    public string? Precision { get; init; }

    /// <summary>The device.</summary>
    public required PlanDevice Device { get; init; }

    /// <summary>One JSON document.</summary>
    public bool AsJson { get; init; }
}
