using DriveKD.Models.Families;
using DriveKD.Models.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Distillation.Signals;

/// <summary>Supervision: next-token cross-entropy over the answer's positions.</summary>
/// <remarks>Shapes: S supervised positions, V vocabulary.</remarks>
public static class Supervision
{
    /// <summary>The label of a position that is not supervised.</summary>
    public const int Ignored = -100;

    /// <summary>The most logits of a batch that are held at once: 64 MB in float32.</summary>
    internal const double MostLogits = 1 << 24;

    /// <summary>Which positions predict a supervised token, and which token: labels shifted by one.</summary>
    /// <param name="labels">One label per position.</param>
    /// <returns>Positions whose next label is supervised, and those labels.</returns>
    public static (long[] Positions, long[] Targets) Shift(IReadOnlyList<int> labels)
    {
        List<long> positions = [];
        List<long> targets = [];
        for (int i = 0; i + 1 < labels.Count; i++)
        {
            if (labels[i + 1] != Ignored)
            {
                positions.Add(i);
                targets.Add(labels[i + 1]);
            }
        }

        return ([.. positions], [.. targets]);
    }

    /// <summary>The mean cross-entropy in float32.</summary>
    /// <param name="logits_SV">Logits at the positions that <see cref="Shift"/> names.</param>
    /// <param name="targets_S">int64 token ids.</param>
    /// <returns>A scalar.</returns>
    public static Tensor CrossEntropy(Tensor logits_SV, Tensor targets_S)
    {
        using DisposeScope scope = NewDisposeScope();
        // float32: a sum of exponentials over 150 thousand tokens has no room in bfloat16.
        return nn.functional.cross_entropy(logits_SV.to_type(ScalarType.Float32), targets_S).MoveToOuterDisposeScope();
    }

    /// <summary>The mean cross-entropy of each sample of a batch, in float32; where the logits would be many they are never held.</summary>
    /// <param name="states_SC">Final states at the supervised positions of all samples, sample after sample.</param>
    /// <param name="model">Whose head turns them into logits.</param>
    /// <param name="targets_S">int64 token ids.</param>
    /// <param name="counts">How many of the positions each sample has; they add up to S.</param>
    /// <param name="mostLogits">The most logits that are held.</param>
    /// <returns>[B].</returns>
    internal static Tensor CrossEntropyOfEach(
        Tensor states_SC, VisionLanguageModel model, Tensor targets_S, IReadOnlyList<int> counts, double mostLogits = MostLogits)
    {
        using DisposeScope scope = NewDisposeScope();
        if (!HoldsLogits(states_SC.shape[0], model.HeadWeight.shape[0], mostLogits))
        {
            Tensor losses_S = ChunkedCrossEntropy.OfEach(states_SC, model.HeadWeight, targets_S);
            return (counts.Count == 1 ? losses_S.mean().reshape(1) : MeanOfEach(losses_S, counts)).MoveToOuterDisposeScope();
        }

        return CrossEntropyOfEach(model.Logits(states_SC), targets_S, counts).MoveToOuterDisposeScope();
    }

    /// <summary>Whether logits are held whole: up to 64 MB of them in float32 that takes less time than forming them twice.</summary>
    /// <param name="positions">S.</param>
    /// <param name="vocabulary">V.</param>
    /// <param name="most">The most logits that are held.</param>
    internal static bool HoldsLogits(double positions, double vocabulary, double most = MostLogits) => positions * vocabulary <= most;

    /// <summary>The mean cross-entropy of each sample of a batch, in float32.</summary>
    /// <param name="logits_SV">Logits at the supervised positions of all samples, sample after sample.</param>
    /// <param name="targets_S">int64 token ids.</param>
    /// <param name="counts">How many of the positions each sample has; they add up to S.</param>
    /// <returns>[B].</returns>
    internal static Tensor CrossEntropyOfEach(Tensor logits_SV, Tensor targets_S, IReadOnlyList<int> counts)
    {
        using DisposeScope scope = NewDisposeScope();
        if (counts.Count == 1)
        {
            return CrossEntropy(logits_SV, targets_S).reshape(1).MoveToOuterDisposeScope();
        }

        Tensor losses_S = nn.functional.cross_entropy(logits_SV.to_type(ScalarType.Float32), targets_S, reduction: nn.Reduction.None);
        return MeanOfEach(losses_S, counts).MoveToOuterDisposeScope();
    }

    private static Tensor MeanOfEach(Tensor losses_S, IReadOnlyList<int> counts)
    {
        using DisposeScope scope = NewDisposeScope();
        float[] shares = [.. counts.SelectMany(count => Enumerable.Repeat(1f / count, count))];
        long[] rows = [.. counts.SelectMany((count, row) => Enumerable.Repeat((long)row, count))];
        // A sample without an answer has the mean of nothing, as a single one has; it must not pass for a loss of 0.
        float[] start = [.. counts.Select(count => count == 0 ? float.NaN : 0f)];
        Tensor shares_S = tensor(shares, device: losses_S.device);
        Tensor rows_S = tensor(rows, ScalarType.Int64, losses_S.device);
        return tensor(start, device: losses_S.device).index_add(0, rows_S, losses_S.mul(shares_S), Scalars.Of(1.0)).MoveToOuterDisposeScope();
    }
}
