namespace DriveKD.Models.Qwen25VL;

/// <summary>The patches of one picture, before they are merged to units.</summary>
/// <param name="Rows">Patches from top to bottom.</param>
/// <param name="Columns">Patches from left to right.</param>
public readonly record struct PatchGrid(int Rows, int Columns)
{
    /// <summary>All patches.</summary>
    public int Patches => checked(Rows * Columns);

    /// <summary>Rows and columns of the units.</summary>
    /// <param name="mergeSize">Patches along one side of a unit.</param>
    /// <exception cref="ArgumentException">A side is no multiple of it, or holds no patch.</exception>
    public (int Rows, int Columns) Merged(int mergeSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(mergeSize, 1);
        return Rows > 0 && Columns > 0 && Rows % mergeSize == 0 && Columns % mergeSize == 0
            ? (Rows / mergeSize, Columns / mergeSize)
            : throw new ArgumentException(
                $"A grid of {Rows} x {Columns} patches cannot be cut into units of {mergeSize} x {mergeSize}.", nameof(mergeSize));
    }
}
