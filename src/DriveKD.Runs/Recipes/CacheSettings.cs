using DriveKD.Runs.Recipes.Schema;

namespace DriveKD.Runs.Recipes;

/// <summary>What a training keeps, in memory and on disk, because it would come out the same again.</summary>
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

    /// <summary>A folder for features and targets on disk.</summary>
    [RecipeKey("A folder that keeps picture features and targets on disk, for this run and any other; not set: nothing is kept there")]
    [RecipePath(RecipePathKind.OutputFolder)]
    public string? Folder { get; init; }

    /// <summary>MiB of <see cref="Folder"/>.</summary>
    [RecipeKey("MiB that `cache.folder` may take; beyond it, what was not used for longest goes")]
    [NumberLimits(AtLeast = 1, AtMost = 1 << 30)]
    public int FolderLimit { get; init; } = 20_480;

    /// <summary>How targets are written to <see cref="Folder"/>.</summary>
    [RecipeKey("How targets are written to `cache.folder`: in 16 bits each number is off by up to 0.4 %, in 8 bits by up to 0.4 % of its row's largest")]
    public StoredNumbers Stored { get; init; } = StoredNumbers.Float32;

    /// <summary>What to do where <see cref="Folder"/> cannot be used.</summary>
    [RecipeKey("What a run does where `cache.folder` cannot be made, read or written, such as on a full disk: stop, or say so and go on without keeping anything more there")]
    public OnCacheError OnError { get; init; } = OnCacheError.Stop;

    /// <summary>When teachers stream.</summary>
    [RecipeKey("Whether `drivekd targets` reads a teacher layer by layer, many samples through each, instead of loading it: where it is estimated not to fit into memory, never, or always")]
    public TeacherStreaming Stream { get; init; } = TeacherStreaming.Auto;

    /// <summary>MiB of memory for samples between two layers of a streamed teacher.</summary>
    [RecipeKey("MiB of memory for what samples have between two layers of a streamed teacher: as many samples as fit go through it together, so that it is read fewer times")]
    [NumberLimits(AtLeast = 0, AtMost = 1 << 24)]
    public int StreamMemory { get; init; } = 2048;

    /// <summary>MiB of a scratch file for the same.</summary>
    [RecipeKey("MiB more of the same in a scratch file in `cache.folder`, which goes with the program; 0 writes none")]
    [NumberLimits(AtLeast = 0, AtMost = 1 << 30)]
    public int StreamScratch { get; init; }

    /// <summary><see cref="StreamMemory"/> in bytes.</summary>
    public long StreamMemoryBytes() => StreamMemory * Mebibyte;

    /// <summary><see cref="StreamScratch"/> in bytes.</summary>
    public long StreamScratchBytes() => StreamScratch * Mebibyte;

    /// <summary><see cref="FolderLimit"/> in bytes.</summary>
    public long FolderBytes() => FolderLimit * Mebibyte;

    /// <summary><see cref="Features"/> in bytes; null where nothing is kept.</summary>
    public long? FeatureBytes() => Features == 0 ? null : Features * Mebibyte;

    /// <summary><see cref="Targets"/> in bytes.</summary>
    public long TargetBytes() => Targets * Mebibyte;
}
