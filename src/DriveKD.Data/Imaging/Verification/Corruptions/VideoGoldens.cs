using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification.Corruptions;

/// <summary>
/// The codec faults on clips of the demonstration's key frames, one clip per camera. A damaged stream depends on its every byte, and that on the
/// encoder's version: only the order of magnitude is compared, as golden/corruptions/README.md has it. Large frames are left out: they take
/// minutes and say the same.
/// </summary>
internal static class VideoGoldens
{
    private const int WidestCompared = 640;
    private const string SourceName = "source_video_h264_crf18";
    private const int FilterBytes = 200_000;

    // Factors by which the mean difference to the clean frames may be off.
    private const double CodecFactor = 1.5;
    private const double DamageFactor = 2.5;

    private static readonly int[] _filterAmounts = [100_000, 10_000, 997, 64];

    public static IEnumerable<GoldenCheck> Run(GoldenFolder folder, VideoTable table, RandomStreams streams, CancellationToken cancellation)
    {
        Ffmpeg? ffmpeg = Ffmpeg.Find();
        yield return ffmpeg is null
            ? NotCompared("video", "bit error filter", Ffmpeg.Absence)
            : Comparison.Run("video", "bit error filter", 0, comparison => CompareFilter(comparison, ffmpeg, streams, cancellation));

        Dictionary<(int, int), RgbImage[][]> clips = [];
        foreach (VideoTable.Row row in table.Results)
        {
            string stage = row.Severity is int severity ? $"{row.Corruption} severity {severity}" : row.Corruption;
            (int Width, int Height) size = row.InputSize.Count == 2 ? (row.InputSize[0], row.InputSize[1]) : (0, 0);
            string name = $"video {size.Width}x{size.Height}";
            if (ffmpeg is null)
            {
                yield return NotCompared(name, stage, Ffmpeg.Absence);
            }
            else if (size.Width > WidestCompared)
            {
                yield return NotCompared(name, stage, "frames of this size take minutes; the small ones stand for them.");
            }
            else if (folder.Photographs is not string photographs)
            {
                yield return NotCompared(name, stage, "the key frames are missing: no data/drivelm-demo/samples was found above the folder.");
            }
            else
            {
                yield return RunRow(name, stage, row, () => Clips(clips, photographs, size), cancellation);
            }
        }
    }

    private static GoldenCheck RunRow(string name, string stage, VideoTable.Row row, Func<RgbImage[][]> clips, CancellationToken cancellation)
    {
        bool isDamage = row.Corruption == CorruptionCatalog.Of(CorruptionKind.BitError).Name;
        GoldenCheck check = Comparison.Run(name, stage, (isDamage ? DamageFactor : CodecFactor) - 1, comparison =>
        {
            if (row.Corruption != SourceName && row.Severity is not (>= 1 and <= 5))
            {
                throw new InputException(VideoTable.FileName, $"{row.Corruption} has no severity {row.Severity}.");
            }

            RgbImage[][] clean = clips();
            DamagedClip[] results = new DamagedClip[clean.Length];
            Parallel.For(0, clean.Length, new ParallelOptions { CancellationToken = cancellation, MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
                results[i] = Corrupt(row, clean[i], cancellation));
            Compare(comparison, row, clean, results, isDamage);
        });
        return check with { ToleranceIsRelative = true };
    }

    private static DamagedClip Corrupt(VideoTable.Row row, RgbImage[] frames, CancellationToken cancellation) => row.Corruption switch
    {
        SourceName => new DamagedClip(VideoFault.SourceAlone(frames, cancellation), 0, 0),
        "h265" => new DamagedClip(VideoFault.H265(frames, row.Severity!.Value, cancellation), 0, 0),
        "bit_error" => VideoFault.BitError(frames, row.Severity!.Value, cancellation),
        _ => throw new InputException(VideoTable.FileName, $"'{row.Corruption}' is no fault of a video."),
    };

    private static void Compare(Comparison comparison, VideoTable.Row row, RgbImage[][] clean, DamagedClip[] results, bool isDamage)
    {
        double sum = 0;
        int frames = 0;
        for (int clip = 0; clip < clean.Length; clip++)
        {
            for (int frame = 0; frame < clean[clip].Length; frame++, frames++)
            {
                sum += PictureFigures.Of(results[clip].Frames[frame], clean[clip][frame]).AbsDiffMean;
            }
        }

        double own = sum / frames;
        if (row.Statistics.GetValueOrDefault("abs_diff_mean") is { } recorded)
        {
            double factor = Math.Max(own / recorded.Mean, recorded.Mean / own);
            comparison.Near($"abs_diff_mean {own:0.###} instead of {recorded.Mean:0.###}, factor above 1", -1, factor - 1, 0);
            comparison.Remark = FormattableString.Invariant($"mean difference {own:0.00}, recorded {recorded.Mean:0.00}, over {frames} frames");
        }

        if (isDamage && row.StreamBytes is long bytes && row.Amount is int amount && amount > 0)
        {
            double stream = results.Sum(result => (double)result.StreamBytes);
            comparison.Derived("stream bytes", -1, stream / bytes, 1, CodecFactor - 1);
            // One byte in about `amount` is hit, as if by chance.
            double expected = stream / amount;
            comparison.Derived("changed bytes", -1, results.Sum(result => (double)result.ChangedBytes), expected, (4 * Math.Sqrt(expected)) + 1);
        }
    }

    private static RgbImage[][] Clips(Dictionary<(int, int), RgbImage[][]> known, string photographs, (int Width, int Height) size)
    {
        if (!known.TryGetValue(size, out RgbImage[][]? clips))
        {
            string[] cameras = [.. Directory.EnumerateDirectories(photographs).Order(StringComparer.Ordinal)];
            clips = new RgbImage[cameras.Length][];
            Parallel.For(0, cameras.Length, i =>
                clips[i] = [.. Directory.EnumerateFiles(cameras[i], "*.jpg").Order(StringComparer.Ordinal).Select(file => BicubicResizer.Resize(ImageDecoder.Decode(file), size.Width, size.Height))]);
            clips = [.. clips.Where(clip => clip.Length > 0)];
            known[size] = clips.Length > 0 ? clips : throw new InputException(photographs, "holds no folder with *.jpg pictures.");
        }

        return clips;
    }

    // Sound of 8 bits is copied packet by packet, whatever the bytes.
    private static void CompareFilter(Comparison comparison, Ffmpeg ffmpeg, RandomStreams streams, CancellationToken cancellation)
    {
        CorruptionRandom random = new(streams("verify/bit error filter"));
        byte[] bytes = new byte[FilterBytes];
        for (int i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)random.NextInt(0, 255);
        }

        string folder = Directory.CreateTempSubdirectory("drivekd-filter-").FullName;
        try
        {
            File.WriteAllBytes(Path.Combine(folder, "in.u8"), bytes);
            foreach (int amount in _filterAmounts)
            {
                ffmpeg.Run(folder, ["-f", "u8", "-ar", "48000", "-ac", "1", "-i", "in.u8", "-c", "copy", "-bsf", FormattableString.Invariant($"noise={amount}"), "-f", "u8", "out.u8"], cancellation);
                byte[] expected = File.ReadAllBytes(Path.Combine(folder, "out.u8"));
                byte[] own = [.. bytes];
                new BitErrorFilter(amount).Damage(own);
                comparison.Same($"amount {amount}: bytes", expected.Length, own.Length);
                for (int i = 0; i < Math.Min(own.Length, expected.Length); i++)
                {
                    comparison.Near($"amount {amount}: byte", i, own[i], expected[i]);
                }
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static GoldenCheck NotCompared(string name, string stage, string reason) => new()
    {
        Case = name,
        Stage = stage,
        Compared = 0,
        NotCompared = 1,
        WorstAbsolute = 0,
        Tolerance = 0,
        Passed = true,
        Detail = $"not compared: {reason}",
    };
}
