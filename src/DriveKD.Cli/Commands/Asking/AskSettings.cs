using DriveKD.Models.Generation;

namespace DriveKD.Cli.Commands.Asking;

/// <summary>What the user wrote behind <c>drivekd ask</c>.</summary>
internal sealed record AskSettings
{
    /// <summary>The weights as the folder has them.</summary>
    public const string StoredWeights = "stored";

    /// <summary>The decoder's matrices in 8 bits.</summary>
    public const string Int8Weights = "int8";

    public required string Folder { get; init; }

    public required string Question { get; init; }

    public required IReadOnlyList<string> Images { get; init; }

    public required int MaxTiles { get; init; }

    public required string? SystemText { get; init; }

    /// <summary>Whether the prompt has the sequence of the training.</summary>
    public bool UsesTrainingLayout { get; init; }

    public required GenerationOptions Generation { get; init; }

    /// <summary>Top-k or top-p was given.</summary>
    public required bool LimitsDraws { get; init; }

    public required string Device { get; init; }

    public required string Precision { get; init; }

    /// <summary><see cref="StoredWeights"/> or <see cref="Int8Weights"/>.</summary>
    public string Weights { get; init; } = StoredWeights;

    public required string? AttentionFile { get; init; }

    public required string? AttentionLayer { get; init; }

    public required string? AttentionRows { get; init; }

    public required bool ShowsTimings { get; init; }

    public required bool AsJson { get; init; }
}
