using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>The vocabulary in pieces, so that the logits of a whole answer over a whole vocabulary never exist at once.</summary>
/// <remarks>Shapes: S positions, C channels, V vocabulary, K tokens of one piece.</remarks>
internal static class VocabularyChunks
{
    /// <summary>Tokens per piece: 300 positions make 5 MB of float32.</summary>
    public const int Size = 4096;

    /// <summary>First token and length of each piece.</summary>
    /// <param name="vocabulary">V.</param>
    /// <param name="size">The most tokens of a piece.</param>
    public static IEnumerable<(long Start, long Count)> Of(long vocabulary, int size)
    {
        for (long start = 0; start < vocabulary; start += size)
        {
            yield return (start, Math.Min(size, vocabulary - start));
        }
    }

    /// <summary>The head's rows of a piece, float32 [K, C].</summary>
    /// <param name="head_VC">The head.</param>
    /// <param name="piece">The piece.</param>
    public static Tensor Rows(Tensor head_VC, (long Start, long Count) piece)
    {
        using DisposeScope scope = NewDisposeScope();
        // float32: a sum of exponentials over 150 thousand tokens has no room in bfloat16.
        return head_VC.narrow(0, piece.Start, piece.Count).to_type(ScalarType.Float32).MoveToOuterDisposeScope();
    }

    /// <summary>Refuses what would fail inside a backward pass, where an exception ends the process.</summary>
    /// <param name="hidden_SC">Final states.</param>
    /// <param name="head_VC">The head.</param>
    /// <param name="size">Tokens per piece.</param>
    public static void Check(Tensor hidden_SC, Tensor head_VC, int size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (hidden_SC.dim() != 2 || head_VC.dim() != 2 || hidden_SC.shape[1] != head_VC.shape[1])
        {
            throw new ArgumentException(
                $"States [S, C] and a head [V, C] are expected; [{string.Join(", ", hidden_SC.shape)}] and [{string.Join(", ", head_VC.shape)}] were given.");
        }
    }
}
