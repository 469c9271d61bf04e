using DriveKD.Data.Errors;
using DriveKD.Data.Verification;

namespace DriveKD.Data.Imaging.Verification;

/// <summary>
/// Runs every golden table of pictures found in a folder of the form golden/images; the two tiling tables of golden/internvl are
/// understood too. Tolerances are those of golden/images/README.md: bytes and sizes exact, normalised values 2e-6.
/// </summary>
public static class ImageGoldens
{
    private static readonly string[] _fileNames =
    [
        DecodeGoldens.FileName, ResizeGoldens.FileName, CoefficientGoldens.FileName, GridGoldens.FileName, TileGoldens.FileName,
        SmartResizeGoldens.FileName, QwenGoldens.FileName, DegenerateGoldens.FileName, ModelTilingGoldens.GridFileName, ModelTilingGoldens.PixelFileName,
    ];

    /// <summary>Whether a folder holds at least one of the tables.</summary>
    /// <param name="folder">Any path.</param>
    public static bool AreIn(string folder) => _fileNames.Any(name => File.Exists(Path.Combine(folder, name)));

    /// <summary>Runs the tables, one after the other, while the results are enumerated.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="photographs">
    /// Where the photographs lie that the tables name but the folder does not hold; when null, data/drivelm-demo/samples in the
    /// nearest folder above that has one. A missing picture is a failed check that names it.
    /// </param>
    /// <returns>One check per case and stage, in the order of the tables.</returns>
    /// <exception cref="InputException">A table is not of the expected form.</exception>
    public static IEnumerable<GoldenCheck> Run(string folder, string? photographs = null)
    {
        GoldenFolder golden = new(folder, photographs);
        return DecodeGoldens.Run(golden)
            .Concat(ResizeGoldens.Run(golden))
            .Concat(CoefficientGoldens.Run(golden))
            .Concat(GridGoldens.Run(golden))
            .Concat(TileGoldens.Run(golden))
            .Concat(SmartResizeGoldens.Run(golden))
            .Concat(QwenGoldens.Run(golden))
            .Concat(DegenerateGoldens.Run(golden))
            .Concat(ModelTilingGoldens.Run(golden));
    }
}
