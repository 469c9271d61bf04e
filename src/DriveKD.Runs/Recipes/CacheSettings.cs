using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>What a training keeps in memory because it would come out the same again.</summary>
public sealed record CacheSettings
{
    private const long Mebibyte = 1 << 20;

    /// <summary>MiB for pictures as a frozen vision tower sees them.</summary>
    [RecipeKey("MiB for what a frozen vision tower makes of each picture, shared by models with equal towers; pictures beyond go through the tower every time; 0 keeps nothing")]
    [NumberLimits(AtLeast = 0, AtMost = 1 << 20)]
    public int Features { get; init; } = 1024;

    /// <summary>MiB for the teachers' targets.</summary>
    [RecipeKey("MiB for the teachers' targets of each sample, computed once instead of in every epoch; where those of all samples would not fit, none are kept; 0 keeps nothing")]
    [NumberLimits(AtLeast = 0, AtMost = 1 << 20)]
    public int Targets { get; init; } = 1024;

    /// <summary><see cref="Features"/> in bytes; null where nothing is kept.</summary>
    public long? FeatureBytes() => Features == 0 ? null : Features * Mebibyte;

    /// <summary><see cref="Targets"/> in bytes.</summary>
    public long TargetBytes() => Targets * Mebibyte;
}
