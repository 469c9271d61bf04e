using DriveKD.Data.Imaging;

namespace DriveKD.Cli.Commands.Attending;

/// <summary>What the user wrote behind <c>drivekd attention</c>.</summary>
internal sealed record AttentionSettings
{
    public required string Folder { get; init; }

    public required string Question { get; init; }

    public required IReadOnlyList<string> Images { get; init; }

    public required string? Student { get; init; }

    public required string? Answer { get; init; }

    public required string? Word { get; init; }

    public required string? Rows { get; init; }

    public required string Layers { get; init; }

    public required int MaxTiles { get; init; }

    public required PixelLimits Limits { get; init; }

    public required string? SystemText { get; init; }

    public required bool UsesTrainingLayout { get; init; }

    public required int? MaxNewTokens { get; init; }

    public required string Device { get; init; }

    public required string Precision { get; init; }

    public required string Output { get; init; }

    public required bool AsJson { get; init; }
}
