using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Qwen25VL;

/// <summary>Rotary angles of patches: one half of a head's channel pairs turns by the patch's row, the other half by its column.</summary>
internal static class PatchAngles
{
    private const double Base = 10000;

    /// <summary>The angles of patches in the order of their rows: unit by unit, row by row within each.</summary>
    /// <param name="grids">Pictures that follow each other; all can be cut into units.</param>
    /// <param name="config">Head width and side of a unit.</param>
    /// <param name="device">Where the tensor lies.</param>
    /// <returns>float32 [patches, head size / 2]: row angles, then column angles.</returns>
    public static Tensor Of(IReadOnlyList<PatchGrid> grids, Qwen25VLVisionConfig config, Device device)
    {
        using DisposeScope scope = NewDisposeScope();
        int width = config.HeadSize / 2;
        // Computed as the reference does: float32 exponents, float32 power.
        Tensor exponents = Ranges.Of(0, width, 2, device).to_type(ScalarType.Float32).div(Scalars.Of((double)width));
        Tensor frequencies = tensor((float)Base, device: device).pow(exponents).reciprocal();
        long[] places = [.. grids.SelectMany(grid => Places(grid, config.MergeSize))];
        Tensor places_P21 = tensor(places, [places.Length / 2, 2, 1], ScalarType.Float32, device);
        return places_P21.mul(frequencies).flatten(1).MoveToOuterDisposeScope();
    }

    /// <summary>Row and column of every patch in turn.</summary>
    private static IEnumerable<long> Places(PatchGrid grid, int mergeSize)
    {
        for (int patch = 0; patch < grid.Patches; patch++)
        {
            (int unit, int inner) = Math.DivRem(patch, mergeSize * mergeSize);
            (int unitRow, int unitColumn) = Math.DivRem(unit, grid.Columns / mergeSize);
            yield return (unitRow * mergeSize) + (inner / mergeSize);
            yield return (unitColumn * mergeSize) + (inner % mergeSize);
        }
    }
}
