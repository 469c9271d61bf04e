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
        Average(options.FullMapCells, all, firstRow: 0);
        Average(options.TextCells, roles.Text, options.FullMapCells);
        Average(1, roles.Text, rows - 1);

        float[] keys = new float[tokens * columns];
        Share(options.FullMapCells, all, firstColumn: 0);
        Share(options.VisionCells, roles.Vision, options.FullMapCells);
        Share(1, roles.Vision, columns - 2);
        Share(1, [.. roles.ObjectVision.Select(index => roles.Vision[index])], columns - 1);

        using Tensor queries_QT = tensor(queries, [rows, tokens]);
        using Tensor keys_TK = tensor(keys, [tokens, columns]);
        _queries_QT = queries_QT.to(device, copy: true).DetachFromDisposeScope();
        _keys_TK = keys_TK.to(device, copy: true).DetachFromDisposeScope();

        void Average(int cells, IReadOnlyList<int> positions, int firstRow)
        {
            foreach ((int cell, int position, double share) in GridCells.Overlaps(cells, positions.Count))
            {
                queries[((firstRow + cell) * tokens) + positions[position]] = (float)(share * GridCells.AverageFactor(cells, positions.Count));
            }
        }

        void Share(int cells, IReadOnlyList<int> positions, int firstColumn)
        {
            foreach ((int cell, int position, double share) in GridCells.Overlaps(cells, positions.Count))
            {
                keys[(positions[position] * columns) + firstColumn + cell] = (float)share;
            }
        }
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
}
