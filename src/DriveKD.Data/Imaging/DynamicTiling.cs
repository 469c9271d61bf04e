using System.Globalization;
using DriveKD.Data.Errors;

namespace DriveKD.Data.Imaging;

/// <summary>
/// OpenGVLab's dynamic tiling (<c>dynamic_preprocess</c> of the InternVL repository): the grid whose aspect ratio is nearest the
/// picture's, the picture resized to it, cut into tiles row by row, and a thumbnail of the whole as the last tile.
/// </summary>
public sealed class DynamicTiling
{
    /// <summary>The largest <see cref="MaxTiles"/>.</summary>
    public const int MostTiles = 1024;

    private readonly TileGrid[] _candidates;

    /// <summary>Fixes the range of grids.</summary>
    /// <param name="tileSize">Side of a tile, in pixels: the model's input size.</param>
    /// <param name="minTiles">Fewest tiles of a grid, the thumbnail not counted.</param>
    /// <param name="maxTiles">Most tiles of a grid, the thumbnail not counted; 1 gives the single square.</param>
    /// <param name="useThumbnail">Whether a grid of more than one tile is followed by a thumbnail.</param>
    /// <exception cref="InputException">A size below 1, or a range that is empty or too large; all at once.</exception>
    public DynamicTiling(int tileSize, int minTiles = 1, int maxTiles = 12, bool useThumbnail = true)
    {
        List<Problem> problems = [];
        if (tileSize < 1)
        {
            problems.Add(new("tile size", string.Create(CultureInfo.InvariantCulture, $"{tileSize}; expected at least 1 pixel.")));
        }

        if (minTiles < 1)
        {
            problems.Add(new("fewest tiles", string.Create(CultureInfo.InvariantCulture, $"{minTiles}; expected at least 1.")));
        }

        if (maxTiles < Math.Max(minTiles, 1) || maxTiles > MostTiles)
        {
            problems.Add(new("most tiles", string.Create(CultureInfo.InvariantCulture, $"{maxTiles}; expected {Math.Max(minTiles, 1)} to {MostTiles}.")));
        }

        if (problems.Count > 0)
        {
            throw new InputException(problems);
        }

        (TileSize, MinTiles, MaxTiles, UseThumbnail) = (tileSize, minTiles, maxTiles, useThumbnail);
        _candidates = CandidateGrids.List(minTiles, maxTiles);
    }

    /// <summary>Side of a tile, in pixels.</summary>
    public int TileSize { get; }

    /// <summary>Fewest tiles of a grid.</summary>
    public int MinTiles { get; }

    /// <summary>Most tiles of a grid.</summary>
    public int MaxTiles { get; }

    /// <summary>Whether a thumbnail follows a grid of more than one tile.</summary>
    public bool UseThumbnail { get; }

    /// <summary>The grids to choose from, fewest tiles first, in the order in which ties are decided.</summary>
    public IReadOnlyList<TileGrid> Candidates => _candidates;

    /// <summary>
    /// The grid for a picture: the one nearest in aspect ratio. Of grids equally near, a later one replaces an earlier one only if
    /// the picture has more than half the pixels of the later one.
    /// </summary>
    /// <param name="width">Pixels per row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    public TileGrid ChooseGrid(int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        double aspect = (double)width / height;
        double area = (double)width * height;
        double nearest = double.PositiveInfinity;
        TileGrid best = new(1, 1);
        foreach (TileGrid grid in _candidates)
        {
            double distance = Math.Abs(aspect - ((double)grid.Columns / grid.Rows));
            if (distance < nearest)
            {
                (nearest, best) = (distance, grid);
            }
            else if (distance == nearest && area > 0.5 * TileSize * TileSize * grid.Columns * grid.Rows)
            {
                best = grid;
            }
        }

        return best;
    }

    /// <summary>How many pictures a grid becomes for the model, the thumbnail included.</summary>
    /// <param name="grid">A grid.</param>
    public int CountTiles(TileGrid grid) => grid.Count + (UseThumbnail && grid.Count > 1 ? 1 : 0);

    /// <summary>Resizes and cuts a picture.</summary>
    /// <param name="image">Any picture.</param>
    /// <returns>Squares of <see cref="TileSize"/>, row by row; the thumbnail, where there is one, comes last.</returns>
    public IReadOnlyList<RgbImage> Cut(RgbImage image)
    {
        TileGrid grid = ChooseGrid(image.Width, image.Height);
        return Cut(image, BicubicResizer.Resize(image, checked(TileSize * grid.Columns), checked(TileSize * grid.Rows)), grid);
    }

    /// <summary>Cuts a picture that is resized already.</summary>
    /// <param name="image">The picture itself, for the thumbnail.</param>
    /// <param name="resized">The picture at the size of the grid.</param>
    /// <param name="grid">Its grid.</param>
    internal IReadOnlyList<RgbImage> Cut(RgbImage image, RgbImage resized, TileGrid grid)
    {
        List<RgbImage> tiles = new(CountTiles(grid));
        for (int row = 0; row < grid.Rows; row++)
        {
            for (int column = 0; column < grid.Columns; column++)
            {
                tiles.Add(resized.Crop(column * TileSize, row * TileSize, TileSize, TileSize));
            }
        }

        if (tiles.Count < CountTiles(grid))
        {
            tiles.Add(SingleSquare.Resize(image, TileSize));
        }

        return tiles;
    }
}
