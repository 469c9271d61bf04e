using DriveKD.Data.Imaging;
using DriveKD.Data.Text.Training;

namespace DriveKD.Analysis.Observing;

/// <summary>How samples are shown to an observed model.</summary>
public sealed record ObserverOptions
{
    /// <summary>How the question's text is spread around its pictures.</summary>
    public PlaceholderSplitting Splitting { get; init; } = PlaceholderSplitting.Corrected;

    /// <summary>
    /// An object of which only the centre is known is taken for a square around it whose side is this share of the picture's shorter side.
    /// </summary>
    public double ObjectShare { get; init; } = 0.2;

    /// <summary>Areas of pictures in place of the model's own; null for these. A model that is in memory already has its own.</summary>
    public PixelLimits? Limits { get; init; }

    /// <summary>
    /// The most bytes of picture features that are kept: the pictures of a key frame come up in many questions. 0 keeps none. Results do not
    /// depend on it.
    /// </summary>
    public long KeptPictureBytes { get; init; } = 256L << 20;
}
