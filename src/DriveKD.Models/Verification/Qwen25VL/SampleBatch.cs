using System.Globalization;
using DriveKD.Data.Errors;
using DriveKD.Data.Imaging;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Layers;
using DriveKD.Models.Qwen25VL;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>The samples of a case as recorded: ids, padding and pictures, dealt to the samples by their image slots.</summary>
/// <remarks>Shapes: B batch, T tokens.</remarks>
internal sealed class SampleBatch
{
    private readonly long[][] _ids_BT;
    private readonly RowPositions?[] _rows;

    private SampleBatch(
        long[][] ids_BT, bool[,] isPadding_BT, bool[,] isImage_BT, IReadOnlyList<PictureLayout>[] pictures, RowPositions?[] rows) =>
        (_ids_BT, IsPadding_BT, IsImage_BT, Pictures, _rows) = (ids_BT, isPadding_BT, isImage_BT, pictures, rows);

    /// <summary>B.</summary>
    public int Batch => _ids_BT.Length;

    /// <summary>T.</summary>
    public int Length => _ids_BT[0].Length;

    /// <summary>true where a token is padding.</summary>
    public bool[,] IsPadding_BT { get; }

    /// <summary>true where a token is a picture's unit.</summary>
    public bool[,] IsImage_BT { get; }

    /// <summary>Each sample's pictures.</summary>
    public IReadOnlyList<PictureLayout>[] Pictures { get; }

    /// <summary>At least one token is padding.</summary>
    public bool HasPadding => IsPadding_BT.Cast<bool>().Contains(true);

    /// <summary>Deals pictures to samples.</summary>
    /// <param name="where">The file, for messages.</param>
    /// <param name="ids_BT">Rows of equal length, at least one.</param>
    /// <param name="mask_BT">0 where a token is padding; null without padding.</param>
    /// <param name="layouts">All pictures in order.</param>
    /// <param name="slotId">The id of an image slot.</param>
    /// <param name="positionsOf">The positions of a sample, as the model counts them.</param>
    /// <exception cref="InputException">Rows, mask and pictures do not fit each other.</exception>
    public static SampleBatch Create(
        string where,
        IReadOnlyList<long[]> ids_BT,
        IReadOnlyList<long[]>? mask_BT,
        IReadOnlyList<PictureLayout> layouts,
        long slotId,
        Func<IReadOnlyList<bool>, IReadOnlyList<PictureLayout>, RowPositions?> positionsOf)
    {
        int length = ids_BT.Count == 0 ? 0 : ids_BT[0].Length;
        if (length == 0 || ids_BT.Concat(mask_BT ?? []).Any(row => row.Length != length) || (mask_BT is not null && mask_BT.Count != ids_BT.Count))
        {
            throw new InputException(
                where, "holds no ids, or rows of ids and masks of several lengths; samples and their mask as [batch, tokens] are expected.");
        }

        bool[,] isPadding_BT = new bool[ids_BT.Count, length];
        bool[,] isImage_BT = new bool[ids_BT.Count, length];
        IReadOnlyList<PictureLayout>[] pictures = new IReadOnlyList<PictureLayout>[ids_BT.Count];
        RowPositions?[] rows = new RowPositions?[ids_BT.Count];
        int next = 0;
        for (int b = 0; b < ids_BT.Count; b++)
        {
            List<bool> isImage = [];
            for (int t = 0; t < length; t++)
            {
                isPadding_BT[b, t] = mask_BT is not null && mask_BT[b][t] == 0;
                isImage_BT[b, t] = !isPadding_BT[b, t] && ids_BT[b][t] == slotId;
                if (!isPadding_BT[b, t])
                {
                    isImage.Add(isImage_BT[b, t]);
                }
            }

            List<PictureLayout> own = [];
            for (int slots = isImage.Count(slot => slot); slots > 0 && next < layouts.Count; slots -= own[^1].Tokens)
            {
                own.Add(layouts[next++]);
            }

            pictures[b] = own;
            rows[b] = PositionsOf(where, b, isImage, own, positionsOf);
        }

        return next == layouts.Count
            ? new SampleBatch([.. ids_BT], isPadding_BT, isImage_BT, pictures, rows)
            : throw new InputException(
                where, string.Create(CultureInfo.InvariantCulture, $"has image slots for {next} pictures and grids of {layouts.Count}."));
    }

    /// <summary>Reads the samples of a case; null where it has none.</summary>
    /// <param name="subject">The checkpoint.</param>
    /// <param name="golden">The case.</param>
    /// <param name="grids">The pictures' patches.</param>
    /// <exception cref="InputException">Ids lie outside the vocabulary, or do not fit mask and pictures.</exception>
    public static SampleBatch? Read(Qwen25VLSubject subject, GoldenCase golden, IReadOnlyList<PatchGrid> grids)
    {
        using DisposeScope scope = NewDisposeScope();
        if (golden.ReadFirst(2, "input_ids") is not Tensor ids_BT)
        {
            return null;
        }

        Tensor? mask_BT = golden.ReadFirst(2, "attention_mask");
        string where = golden.Path + ".safetensors";
        if (mask_BT is not null && !mask_BT.shape.AsSpan().SequenceEqual(ids_BT.shape))
        {
            throw new InputException(
                $"{where}, attention_mask", $"has the shape {TensorShape.Format(mask_BT.shape)}, the ids {TensorShape.Format(ids_BT.shape)}.");
        }

        int rows = subject.Config.Language.VocabularySize;
        long[][] ids = RowsOf(ids_BT);
        if (ids.SelectMany(row => row).Cast<long?>().FirstOrDefault(id => id < 0 || id >= rows) is long outside)
        {
            throw new InputException($"{where}, input_ids", $"hold {outside}, outside the {rows} rows of the embedding.");
        }

        PictureLayout[] layouts = [.. grids.Select(grid => LayoutOf(grid, subject.Config.Vision.MergeSize))];
        return Create(where, ids, mask_BT is null ? null : RowsOf(mask_BT), layouts, subject.Tokens.ImageSlotId, subject.Model.PositionsOf);
    }

    /// <summary>How a picture of so many patches stands in a prompt.</summary>
    /// <param name="grid">Its patches.</param>
    /// <param name="mergeSize">Patches along one side of a unit.</param>
    public static PictureLayout LayoutOf(PatchGrid grid, int mergeSize)
    {
        (int rows, int columns) = grid.Merged(mergeSize);
        return new PictureLayout(new TileGrid(1, 1), HasThumbnail: false, rows, columns);
    }

    /// <summary>The rows of a matrix of whole numbers.</summary>
    /// <param name="matrix">Two dimensions, none of them 0.</param>
    public static long[][] RowsOf(Tensor matrix) => [.. TensorValues.Integers(matrix).Chunk((int)matrix.shape[1])];

    /// <summary>int64 [B, T], caught by the caller's scope.</summary>
    /// <param name="device">Where it lies.</param>
    public Tensor IdsTensor(Device device) => tensor(_ids_BT.SelectMany(row => row).ToArray(), [Batch, Length], device: device);

    /// <summary>bool [B, T], true in image slots, caught by the caller's scope.</summary>
    /// <param name="device">Where it lies.</param>
    public Tensor ImageMaskTensor(Device device) => tensor(IsImage_BT, device: device);

    /// <summary>Positions as the model counts them.</summary>
    public SequencePositions Positions() => SequencePositions.Of(_rows, IsPadding_BT, Length);

    /// <summary>What the reference adds to the number of cached tokens, padding counted, to have the position of the next.</summary>
    public long[] Deltas() => [.. Enumerable.Range(0, Batch).Select(b => (_rows[b]?.Delta ?? 0) - Columns(b, isPadding: true).Length)];

    /// <summary>Places of a sample's tokens, or of its padding.</summary>
    /// <param name="row">The sample.</param>
    /// <param name="isPadding">Which of them.</param>
    public int[] Columns(int row, bool isPadding = false) => [.. Enumerable.Range(0, Length).Where(column => IsPadding_BT[row, column] == isPadding)];

    /// <summary>The ids of a sample at some places.</summary>
    /// <param name="row">The sample.</param>
    /// <param name="columns">The places.</param>
    public int[] Ids(int row, IEnumerable<int> columns) => [.. columns.Select(column => (int)_ids_BT[row][column])];

    /// <summary>Places of all tokens that are no padding, counted through the whole batch.</summary>
    public long[] Places() => [.. Enumerable.Range(0, Batch).SelectMany(row => Columns(row).Select(column => ((long)row * Length) + column))];

    private static RowPositions? PositionsOf(
        string where,
        int row,
        List<bool> isImage,
        List<PictureLayout> pictures,
        Func<IReadOnlyList<bool>, IReadOnlyList<PictureLayout>, RowPositions?> positionsOf)
    {
        int slots = isImage.Count(slot => slot);
        int tokens = pictures.Sum(picture => picture.Tokens);
        return slots == tokens
            ? positionsOf(isImage, pictures)
            : throw new InputException(
                where,
                string.Create(CultureInfo.InvariantCulture, $"has {slots} image slots in sample {row} and pictures of {tokens} units for them."));
    }
}
