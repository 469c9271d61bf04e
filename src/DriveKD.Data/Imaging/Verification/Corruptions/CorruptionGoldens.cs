using DriveKD.Data.Errors;
using DriveKD.Data.Imaging.Corruptions;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification.Corruptions;

/// <summary>
/// Runs a folder of the form golden/corruptions: recorded pictures, the shapes that faults draw, the statistics of random ones, whole cameras, and
/// the codec faults where ffmpeg is installed. Tolerances are those of golden/corruptions/README.md.
/// </summary>
public static class CorruptionGoldens
{
    private const string CleanFile = "clean.png";
    private const string NoiseFile = "fixed-noise.safetensors";

    /// <summary>Whether a folder is of that form.</summary>
    /// <param name="folder">Any path.</param>
    public static bool AreIn(string folder) =>
        Array.TrueForAll([CaseTable.FileName, CleanFile, NoiseFile], name => File.Exists(Path.Combine(folder, name)));

    /// <summary>Compares, one row after the other, while the results are enumerated.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="streams">Randomness for the statistics.</param>
    /// <param name="photographs">Where the key frames of the clips lie; when null, data/drivelm-demo/samples in the nearest folder above that has one.</param>
    /// <param name="cancellation">Ends the comparison.</param>
    /// <returns>One check per case and stage.</returns>
    /// <exception cref="InputException">A table is not of the expected form.</exception>
    public static IEnumerable<GoldenCheck> Run(string folder, RandomStreams streams, string? photographs = null, CancellationToken cancellation = default)
    {
        GoldenFolder golden = new(folder, photographs);
        if (!golden.TryRead(CaseTable.FileName, out CaseTable? cases))
        {
            throw new InputException(golden.File(CaseTable.FileName), "is missing.");
        }

        GoldenTensors tensors = GoldenTensors.Read(golden.File(NoiseFile));
        IEnumerable<GoldenCheck> checks = RecordedCases.Run(golden, cases, tensors).Concat(ShapeGoldens.Run(golden, cases, tensors));
        if (golden.TryRead(StatisticsTable.FileName, out StatisticsTable? statistics))
        {
            checks = checks.Concat(StatisticsGoldens.Run(golden, statistics, streams, cancellation)).Concat(CameraGoldens.Run(statistics, streams));
        }

        return golden.TryRead(VideoTable.FileName, out VideoTable? video) ? checks.Concat(VideoGoldens.Run(golden, video, streams, cancellation)) : checks;
    }
}
