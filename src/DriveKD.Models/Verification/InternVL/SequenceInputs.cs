using DriveKD.Data.Errors;
using DriveKD.Models.Checkpoints;
using DriveKD.Models.Layers;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Models.Verification.InternVL;

/// <summary>The token side of a case: ids, padding and image slots, as the golden records them.</summary>
/// <remarks>Shapes: B batch, T tokens.</remarks>
internal sealed class SequenceInputs
{
    private readonly Device _device;

    private SequenceInputs(long[] ids, bool[] isImage, bool[,]? isPadding_BT, int batch, Device device)
    {
        (Ids, IsImage, IsPadding_BT, Batch, Length, _device) = (ids, isImage, isPadding_BT, batch, ids.Length / batch, device);
    }

    /// <summary>Ids row by row.</summary>
    public long[] Ids { get; }

    /// <summary>true in image slots, row by row.</summary>
    public bool[] IsImage { get; }

    /// <summary>true where a position is padding; null where the golden records no attention mask.</summary>
    public bool[,]? IsPadding_BT { get; }

    /// <summary>B.</summary>
    public int Batch { get; }

    /// <summary>T.</summary>
    public int Length { get; }

    /// <summary>Image slots of the whole batch.</summary>
    public int Slots => IsImage.Count(isImage => isImage);

    /// <summary>Reads the ids of a case; null where it has none.</summary>
    /// <exception cref="InputException">They are no matrix, lie outside the vocabulary, or the masks have other shapes.</exception>
    public static SequenceInputs? Read(GoldenSubject subject, GoldenCase golden)
    {
        using DisposeScope scope = NewDisposeScope();
        if (golden.ReadFirst(2, "llm.input_ids", "input_ids") is not Tensor ids_BT)
        {
            return null;
        }

        long[] ids = TensorValues.Integers(ids_BT);
        int rows = subject.Config.Language.VocabularySize;
        long? outside = ids.Cast<long?>().FirstOrDefault(id => id < 0 || id >= rows);
        if (outside is not null)
        {
            throw new InputException($"{golden.Path}.safetensors, input ids", $"hold {outside}, outside the {rows} rows of the embedding.");
        }

        Tensor? imageMask_BT = golden.ReadFirst(2, "llm.image_mask", "image_mask");
        Tensor? attentionMask_BT = golden.ReadFirst(2, "attention_mask", "llm.attention_mask");
        foreach (Tensor mask in new[] { imageMask_BT, attentionMask_BT }.OfType<Tensor>())
        {
            if (!mask.shape.AsSpan().SequenceEqual(ids_BT.shape))
            {
                throw new InputException($"{golden.Path}.safetensors, a mask", $"has the shape {TensorShape.Format(mask.shape)}, the ids {TensorShape.Format(ids_BT.shape)}.");
            }
        }

        bool[] isImage = imageMask_BT is null
            ? [.. ids.Select(id => id == subject.Tokens.ImageSlotId)]
            : [.. TensorValues.Integers(imageMask_BT).Select(value => value != 0)];
        int batch = (int)ids_BT.shape[0];
        return new SequenceInputs(ids, isImage, attentionMask_BT is null ? null : Padding(attentionMask_BT, batch, ids.Length / batch), batch, subject.Model.Placement.Device);
    }

    /// <summary>int64 [B, T], caught by the caller's scope.</summary>
    public Tensor IdsTensor() => tensor(Ids, [Batch, Length], device: _device);

    /// <summary>bool [B, T], caught by the caller's scope.</summary>
    public Tensor ImageMaskTensor() => tensor(IsImage, [Batch, Length], device: _device);

    /// <summary>Positions as the model counts them by itself.</summary>
    public SequencePositions Positions() =>
        IsPadding_BT is null ? SequencePositions.Consecutive(Batch, Length) : SequencePositions.Padded(IsPadding_BT, Length);

    /// <summary>The ids of one row, padding left out.</summary>
    public int[] RowIds(int row) => [.. Columns(row).Select(column => (int)Ids[(row * Length) + column])];

    /// <summary>The image slots of one row.</summary>
    public int RowSlots(int row) => Enumerable.Range(0, Length).Count(column => IsImage[(row * Length) + column]);

    /// <summary>One row alone, padding left out.</summary>
    public SequenceInputs Row(int row)
    {
        int[] columns = [.. Columns(row)];
        return new SequenceInputs(
            [.. columns.Select(column => Ids[(row * Length) + column])], [.. columns.Select(column => IsImage[(row * Length) + column])], null, 1, _device);
    }

    private IEnumerable<int> Columns(int row) => Enumerable.Range(0, Length).Where(column => IsPadding_BT is null || !IsPadding_BT[row, column]);

    private static bool[,] Padding(Tensor attentionMask_BT, int batch, int length)
    {
        long[] values = TensorValues.Integers(attentionMask_BT);
        bool[,] isPadding = new bool[batch, length];
        for (int i = 0; i < values.Length; i++)
        {
            isPadding[i / length, i % length] = values[i] == 0;
        }

        return isPadding;
    }
}
