using DriveKD.Analysis.Observing;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Measures;

/// <summary>
/// Reads head-mean maps of one sample: on common grids, and how much attention text gives to pictures and to named objects. All of it is one product
/// Q A K with matrices that are made once per sample. Owns those.
/// </summary>
/// <remarks>
/// With A the map, c a cell of queries and d one of keys (<see cref="GridCells"/>):
/// <list type="bullet">
/// <item>full map: F_cd = sum_i sum_j a_ci A_ij s_dj over all tokens, a the averages of G cells, s the shares of G cells;</item>
/// <item>text-to-vision map: the same sum with i counted among the text tokens and j among the vision tokens of all pictures, whose cells follow
/// the tokens' order: picture after picture, in a picture tile after tile and row after row;</item>
/// <item>mass: 1 / |text| sum_{i in text} sum_{j in vision} A_ij. Text tokens before the pictures count, with 0, as in the signals' pairs;</item>
/// <item>object mass: the same with j over the vision tokens that the named objects cover.</item>
/// </list>
/// Shapes: T tokens, Q query cells of both grids and one row for the text, K key cells of both grids and one column each for vision and objects.
/// </remarks>
public sealed class MapReader : IDisposable
{
    private readonly Tensor _queries_QT;
    private readonly Tensor _keys_TK;
    private readonly MeasureOptions _options;
    private readonly bool _hasVision;

    /// <param name="roles">The sample's tokens.</param>
    /// <param name="options">The sizes of the grids.</param>
    /// <param name="device">Where the maps lie.</param>
    public MapReader(TokenRoles roles, MeasureOptions options, Device device)
    {
        (_options, _hasVision) = (options, roles.Vision.Count > 0);
        int tokens = roles.Tokens;
        int[] all = [.. Enumerable.Range(0, tokens)];
        (int rows, int columns) = (options.FullMapCells + options.TextCells + 1, options.FullMapCells + options.VisionCells + 2);
        float[] queries = new float[rows * tokens];
        Place(GridCells.Averages(options.FullMapCells, tokens), all, (cell, position) => (cell * tokens) + position, queries);
        Place(
            GridCells.Averages(options.TextCells, roles.Text.Count), roles.Text, (cell, position) => ((options.FullMapCells + cell) * tokens) + position, queries);
        Place(GridCells.Averages(1, roles.Text.Count), roles.Text, (_, position) => ((rows - 1) * tokens) + position, queries);

        float[] keys = new float[tokens * columns];
        Place(GridCells.Shares(options.FullMapCells, tokens), all, (cell, position) => (position * columns) + cell, keys);
        Place(
            GridCells.Shares(options.VisionCells, roles.Vision.Count),
            roles.Vision,
            (cell, position) => (position * columns) + options.FullMapCells + cell,
            keys);
        Place(GridCells.Shares(1, roles.Vision.Count), roles.Vision, (_, position) => (position * columns) + columns - 2, keys);
        int[] covered = [.. roles.ObjectVision.Select(index => roles.Vision[index])];
        Place(GridCells.Shares(1, covered.Length), covered, (_, position) => (position * columns) + columns - 1, keys);

        using Tensor queries_QT = tensor(queries, [rows, tokens]);
        using Tensor keys_TK = tensor(keys, [tokens, columns]);
        _queries_QT = queries_QT.to(device, copy: true).DetachFromDisposeScope();
        _keys_TK = keys_TK.to(device, copy: true).DetachFromDisposeScope();
    }

    /// <summary>Reads a layer's map.</summary>
    /// <param name="mean_TT">The head-mean map, float32 [T, T].</param>
    public MapReading Read(Tensor mean_TT)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor cells_QK = _queries_QT.matmul(mean_TT).matmul(_keys_TK);
        float[] cells = cells_QK.cpu().data<float>().ToArray();
        (int full, int text, int vision) = (_options.FullMapCells, _options.TextCells, _options.VisionCells);
        int columns = full + vision + 2;
        return new MapReading(
            Block(0, full, 0, full),
            _hasVision ? Block(full, text, full, vision) : null,
            cells[^2],
            cells[^1]);

        float[] Block(int firstRow, int rows, int firstColumn, int width) =>
            [.. Enumerable.Range(firstRow, rows).SelectMany(row => new ArraySegment<float>(cells, (row * columns) + firstColumn, width))];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _queries_QT.Dispose();
        _keys_TK.Dispose();
    }

    private static void Place(double[,] weights, IReadOnlyList<int> positions, Func<int, int, int> place, float[] matrix)
    {
        for (int cell = 0; cell < weights.GetLength(0); cell++)
        {
            for (int i = 0; i < positions.Count; i++)
            {
                // Most of a cell is 0: positions overlap one or two cells.
                if (weights[cell, i] != 0)
                {
                    matrix[place(cell, positions[i])] = (float)weights[cell, i];
                }
            }
        }
    }
}
