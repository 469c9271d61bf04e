using static TorchSharp.torch;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>A value of a pass that a recorded tensor is compared with, or why the model cannot have it.</summary>
internal sealed class PassValue
{
    private readonly int? _batchAxis;
    private readonly int _tokenAxis;

    /// <summary>A value.</summary>
    /// <param name="stage">The stage that it belongs to.</param>
    /// <param name="value">The value, owned by the caller's scope or a probe.</param>
    /// <param name="batchAxis">The axis of the samples; null where the value is of pictures, which have no padding.</param>
    /// <param name="tokenAxis">The axis of the tokens, somewhere behind it.</param>
    public PassValue(string stage, Tensor value, int? batchAxis = null, int tokenAxis = 0) =>
        (Stage, Value, _batchAxis, _tokenAxis) = (stage, value, batchAxis, tokenAxis);

    /// <summary>Nothing.</summary>
    /// <param name="stage">The stage that it would belong to.</param>
    /// <param name="problem">Why there is none.</param>
    public PassValue(string stage, string problem) => (Stage, Problem) = (stage, problem);

    /// <summary>The stage that it belongs to.</summary>
    public string Stage { get; }

    /// <summary>The value; null where the model cannot have it.</summary>
    public Tensor? Value { get; }

    /// <summary>Why it cannot.</summary>
    public string? Problem { get; }

    /// <summary>
    /// Of a tensor of the value's shape the rows of tokens that are no padding, in the caller's scope; itself where the value is of pictures.
    /// </summary>
    /// <param name="tensor">The recorded tensor or the value.</param>
    /// <param name="places">Places of those tokens, counted through the whole batch.</param>
    public Tensor WithoutPadding(Tensor tensor, Tensor places) => _batchAxis is int batch
        ? tensor.transpose(batch + 1, _tokenAxis).flatten(batch, batch + 1).index_select(batch, places)
        : tensor;
}
