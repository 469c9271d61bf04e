using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging.Corruptions;

/// <summary>
/// What transmission does to video. Pictures become a clip in H.264 (CRF 18, one thread); then H.265 encodes that clip again at its bit rate
/// divided by 2, 4, 8, 16 or 32, or bytes of its stream are damaged (<see cref="BitErrorFilter"/>, amounts 100000 to 10000). Which video
/// DriveBench started from is not published: a picture alone is a clip of one frame here, and its result depends on nothing else.
/// </summary>
internal static class VideoFault
{
    private const string SourceFile = "source.mp4";

    // Below 1 kbit/s the encoder rounds to 0, which it takes for no limit at all.
    private const long LowestBitRate = 1000;

    // Encoders refuse smaller pictures.
    private const int ShortestSide = 32;

    private static readonly int[] _divisors = [2, 4, 8, 16, 32];
    private static readonly int[] _amounts = [100_000, 50_000, 30_000, 20_000, 10_000];

    /// <summary>Encodes a clip at a low bit rate.</summary>
    /// <param name="frames">Pictures of one size, at least one.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="cancellation">Ends the codec.</param>
    /// <exception cref="InputException">ffmpeg is absent or fails.</exception>
    public static IReadOnlyList<RgbImage> H265(IReadOnlyList<RgbImage> frames, int severity, CancellationToken cancellation) => InFolder(frames, clip =>
    {
        clip.Encode(SourceFile, cancellation);
        long bytes = new FileInfo(clip.File(SourceFile)).Length;
        long bitRate = bytes * 8 * clip.FrameRate / frames.Count;
        string target = Math.Max(bitRate / _divisors[severity - 1], LowestBitRate).ToString(CultureInfo.InvariantCulture);
        clip.Run(
            [
                "-i", SourceFile, "-vcodec", "libx265", "-b:v", target, "-maxrate", target, "-bufsize", target,
                "-x265-params", "log-level=none:pools=1:frame-threads=1", "result.mp4",
            ],
            cancellation);
        return clip.Decode("result.mp4", cancellation);
    });

    /// <summary>Damages a clip's stream.</summary>
    /// <param name="frames">Pictures of one size, at least one.</param>
    /// <param name="severity">1 to 5.</param>
    /// <param name="cancellation">Ends the codec.</param>
    /// <exception cref="InputException">ffmpeg is absent or fails.</exception>
    public static DamagedClip BitError(IReadOnlyList<RgbImage> frames, int severity, CancellationToken cancellation) => InFolder(frames, clip =>
    {
        clip.Encode(SourceFile, cancellation);
        byte[] file = File.ReadAllBytes(clip.File(SourceFile));
        Span<byte> stream = file.AsSpan(Mp4Payload.Find(file));
        int changed = new BitErrorFilter(_amounts[severity - 1]).Damage(stream);
        File.WriteAllBytes(clip.File("result.mp4"), file);
        return new DamagedClip(clip.Decode("result.mp4", cancellation), stream.Length, changed);
    });

    /// <summary>What encoding alone does, for comparison.</summary>
    /// <param name="frames">Pictures of one size, at least one.</param>
    /// <param name="cancellation">Ends the codec.</param>
    public static IReadOnlyList<RgbImage> SourceAlone(IReadOnlyList<RgbImage> frames, CancellationToken cancellation) => InFolder(frames, clip =>
    {
        clip.Encode(SourceFile, cancellation);
        return clip.Decode(SourceFile, cancellation);
    });

    private static T InFolder<T>(IReadOnlyList<RgbImage> frames, Func<Clip, T> work)
    {
        Ffmpeg ffmpeg = Ffmpeg.Require();
        string folder = Directory.CreateTempSubdirectory("drivekd-video-").FullName;
        try
        {
            return work(new Clip(ffmpeg, folder, frames));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InputException(folder, $"temporary files of a video could not be written or read: {exception.Message}", exception);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // Encoders want even sides: the last column and row are repeated, and cut off again.
    private sealed class Clip(Ffmpeg ffmpeg, string folder, IReadOnlyList<RgbImage> frames)
    {
        private readonly int _width = Math.Max(frames[0].Width + (frames[0].Width % 2), ShortestSide);
        private readonly int _height = Math.Max(frames[0].Height + (frames[0].Height % 2), ShortestSide);

        // One frame lasts one second, or the rate limit's buffer of one second would let it have twice its share.
        public int FrameRate => frames.Count == 1 ? 1 : 2;

        private string Size => string.Create(CultureInfo.InvariantCulture, $"{_width}x{_height}");

        public string File(string name) => Path.Combine(folder, name);

        public void Run(IReadOnlyList<string> arguments, CancellationToken cancellation) => ffmpeg.Run(folder, arguments, cancellation);

        public void Encode(string name, CancellationToken cancellation)
        {
            using (FileStream stream = System.IO.File.Create(File("frames.rgb")))
            {
                foreach (RgbImage frame in frames)
                {
                    WritePadded(stream, frame);
                }
            }

            Run(
                [
                    "-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", Size, "-framerate", FrameRate.ToString(CultureInfo.InvariantCulture),
                    "-i", "frames.rgb", "-c:v", "libx264", "-threads", "1", "-crf", "18", "-pix_fmt", "yuv420p", name,
                ],
                cancellation);
        }

        public IReadOnlyList<RgbImage> Decode(string name, CancellationToken cancellation)
        {
            Run(["-max_error_rate", "1", "-i", name, "-s", Size, "-f", "rawvideo", "-pix_fmt", "rgb24", "decoded.rgb"], cancellation);
            byte[] decoded = System.IO.File.ReadAllBytes(File("decoded.rgb"));
            int frameBytes = 3 * _width * _height;
            int count = decoded.Length / frameBytes;
            RgbImage[] result = new RgbImage[frames.Count];
            for (int i = 0; i < result.Length; i++)
            {
                // A frame that is lost at the end shows the last one before it; nothing at all is black.
                result[i] = count == 0
                    ? BlackPicture.Like(frames[i])
                    : new RgbImage(_width, _height, decoded.AsSpan(Math.Min(i, count - 1) * frameBytes, frameBytes).ToArray()).Crop(0, 0, frames[i].Width, frames[i].Height);
            }

            return result;
        }

        private void WritePadded(FileStream stream, RgbImage frame)
        {
            byte[] row = new byte[3 * _width];
            for (int y = 0; y < _height; y++)
            {
                int source = Math.Min(y, frame.Height - 1) * frame.Width;
                for (int x = 0; x < _width; x++)
                {
                    frame.Pixels.AsSpan(3 * (source + Math.Min(x, frame.Width - 1)), 3).CopyTo(row.AsSpan(3 * x));
                }

                stream.Write(row);
            }
        }
    }
}
