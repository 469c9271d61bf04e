using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// Corrupts pictures. The same seed, picture, kind and severity give the same result on every machine, in any order and on any thread;
/// for the two codec faults, with the same ffmpeg.
/// </summary>
/// <param name="streams">
/// The run's randomness, by name; called from the thread that corrupts. Streams are named <c>corruption/KIND/SEVERITY/...</c>.
/// </param>
public sealed class Corruptor(RandomStreams streams)
{
    /// <summary>Corrupts a picture.</summary>
    /// <param name="image">Any picture; it is not changed.</param>
    /// <param name="picture">Which one it is.</param>
    /// <param name="kind">What to do.</param>
    /// <param name="severity">1 to the kind's highest; without meaning for kinds that have none.</param>
    /// <param name="cancellation">Ends a codec.</param>
    /// <exception cref="InputException">The kind has no such severity, or ffmpeg is needed and absent or fails.</exception>
    public CorruptedPicture Apply(RgbImage image, PictureIdentity picture, CorruptionKind kind, int severity, CancellationToken cancellation = default)
    {
        CorruptionInfo info = CorruptionCatalog.Of(kind);
        if (CorruptionCatalog.WhyNot(info, severity) is string reason)
        {
            throw new InputException(info.Name, reason);
        }

        if (kind == CorruptionKind.Clean || !Reaches(picture, kind, severity))
        {
            return new CorruptedPicture(image, IsHit: false);
        }

        return kind switch
        {
            CorruptionKind.BitError => OfClip(VideoFault.BitError([image], severity, cancellation)),
            CorruptionKind.H265 => new CorruptedPicture(VideoFault.H265([image], severity, cancellation)[0], IsHit: true),
            _ => new CorruptedPicture(Draw(image, picture, info, severity), IsHit: true),
        };
    }

    /// <summary>Whether a fault that chooses cameras hits a picture's; true for every other kind.</summary>
    /// <param name="picture">Which one it is.</param>
    /// <param name="kind">What is done.</param>
    /// <param name="severity">1 to the kind's highest.</param>
    public bool Reaches(PictureIdentity picture, CorruptionKind kind, int severity)
    {
        bool[]? hit = kind switch
        {
            CorruptionKind.CameraCrash => HitCameras.OfCrash(streams, severity),
            CorruptionKind.FrameLost => HitCameras.OfLostFrame(streams, severity, picture.Frame),
            CorruptionKind.WaterSplash or CorruptionKind.LensObstacle => HitCameras.OfLens(streams, kind, severity, picture.Frame),
            _ => null,
        };
        return hit is null || hit[VehicleCameras.IndexOf(picture.Camera)];
    }

    private RgbImage Draw(RgbImage image, PictureIdentity picture, CorruptionInfo info, int severity)
    {
        CorruptionRandom Random() =>
            new(streams(string.Create(CultureInfo.InvariantCulture, $"corruption/{info.Name}/{severity}/{picture.Name}")));
        return info.Kind switch
        {
            CorruptionKind.NoImage => BlackPicture.NoImage(),
            CorruptionKind.Brightness => Brightness.Apply(image, severity),
            CorruptionKind.LowLight => LowLight.Apply(image, severity, Random()),
            CorruptionKind.Fog => Fog.Apply(image, severity, Random()),
            CorruptionKind.Snow => Snow.Apply(image, severity, Random()),
            CorruptionKind.Rain => Rain.Apply(image, severity, Random()),
            CorruptionKind.WaterSplash => WaterSplash.Apply(image, severity, Random()),
            CorruptionKind.LensObstacle => LensObstacle.Apply(image, severity, Random()),
            CorruptionKind.CameraCrash or CorruptionKind.FrameLost => BlackPicture.Like(image),
            CorruptionKind.Saturate => Saturate.Apply(image, severity),
            CorruptionKind.MotionBlur => MotionBlur.Apply(image, severity, Random()),
            CorruptionKind.ZoomBlur => ZoomBlur.Apply(image, severity),
            CorruptionKind.ColorQuantization => ColorQuantization.Apply(image, severity),
            _ => throw new ArgumentOutOfRangeException(nameof(info), info.Kind, "not a kind that is drawn."),
        };
    }

    // An undamaged stream has been encoded and decoded all the same.
    private static CorruptedPicture OfClip(DamagedClip clip) => new(clip.Frames[0], clip.ChangedBytes > 0);
}
