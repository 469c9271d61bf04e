using DriveKD.Data.Imaging;
using DriveKD.Models.Generation;

namespace DriveKD.Cli.Commands.Asking;

/// <summary>What the user wrote behind <c>drivekd ask</c>.</summary>
internal sealed record AskSettings
{
    /// <summary>In a question's or a file's place: standard input, a question on each line.</summary>
    public const string StandardInput = "-";

    public required string Folder { get; init; }

    /// <summary>The questions as written; <see cref="StandardInput"/> stands for those on standard input.</summary>
    public required IReadOnlyList<string> Questions { get; init; }

    /// <summary>A file of questions, or <see cref="StandardInput"/>; null for none.</summary>
    public string? QuestionsFile { get; init; }

    public required IReadOnlyList<string> Images { get; init; }

    public required int MaxTiles { get; init; }

    public required PixelLimits Limits { get; init; }

    public required string? SystemText { get; init; }

    /// <summary>Whether the prompt has the sequence of the training.</summary>
    public bool UsesTrainingLayout { get; init; }

    public required GenerationOptions Generation { get; init; }

    /// <summary>Top-k or top-p was given.</summary>
    public required bool LimitsDraws { get; init; }

    public required string Device { get; init; }

    public required string Precision { get; init; }

    /// <summary>The weights that tokens are decoded with, as it was written.</summary>
    public required string Weights { get; init; }

    public required string? AttentionFile { get; init; }

    public required string? AttentionLayer { get; init; }

    public required string? AttentionRows { get; init; }

    public required bool ShowsTimings { get; init; }

    public required bool AsJson { get; init; }
}
