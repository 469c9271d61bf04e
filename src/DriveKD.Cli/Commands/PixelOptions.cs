using System.CommandLine;

namespace DriveKD.Cli.Commands;

/// <summary>The limits for the area of pictures that a model takes at their own size.</summary>
internal static class PixelOptions
{
    /// <summary>--min-pixels.</summary>
    public static Option<long?> Min() => new("--min-pixels")
    {
        Description = "Least area of a picture, in pixels, for models that take pictures at their own size; the folder's own if not given.",
        HelpName = "N",
    };

    /// <summary>--max-pixels.</summary>
    public static Option<long?> Max() => new("--max-pixels")
    {
        Description = "Greatest area of a picture, in pixels, for such models; the folder's own if not given.",
        HelpName = "N",
    };
}
