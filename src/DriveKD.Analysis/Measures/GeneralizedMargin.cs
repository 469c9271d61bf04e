using DriveKD.Data.Errors;
using DriveKD.Models.Tensors;
using DriveKD.Runs.Recipes;
using TorchSharp;
using static TorchSharp.torch;

namespace DriveKD.Analysis.Measures;

/// <summary>
/// How far the right token stands above the others along the answer: with p = softmax(z / tau) at a position, p(right) - max over other tokens of p
/// (<see cref="MarginReading.Answer"/>), or the largest p less the second largest (<see cref="MarginReading.Top"/>). The answer is given, not generated.
/// </summary>
/// <remarks>Shapes: S answer positions, V vocabulary.</remarks>
public static class GeneralizedMargin
{
    /// <summary>The margin at each position.</summary>
    /// <param name="logits_SV">z, float32 [S, V], V at least 2.</param>
    /// <param name="right">The right token at each position.</param>
    /// <param name="temperature">tau, above 0.</param>
    /// <param name="reading">Which probability the margin starts from.</param>
    /// <returns>S numbers in -1..1.</returns>
    public static double[] Of(Tensor logits_SV, IReadOnlyList<int> right, double temperature = 1, MarginReading reading = MarginReading.Answer)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(right.Count, (int)logits_SV.shape[0]);
        using DisposeScope scope = NewDisposeScope();
        Tensor scaled_SV = temperature == 1 ? logits_SV : logits_SV.div(Scalars.Of(temperature));
        Tensor logSum_S = scaled_SV.logsumexp(1);
        (Tensor best_S2, Tensor tokens_S2) = scaled_SV.topk(2, 1);
        Tensor first_S = best_S2.select(1, 0);
        Tensor second_S = best_S2.select(1, 1);
        if (reading == MarginReading.Answer)
        {
            Tensor right_S = tensor([.. right.Select(token => (long)token)], ScalarType.Int64, logits_SV.device);
            Tensor isBest_S = tokens_S2.select(1, 0).eq(right_S);
            second_S = where(isBest_S, second_S, first_S);
            first_S = scaled_SV.gather(1, right_S.unsqueeze(1)).squeeze(1);
        }

        Tensor margin_S = first_S.sub(logSum_S).exp().sub(second_S.sub(logSum_S).exp());
        return [.. margin_S.cpu().data<float>().ToArray().Select(margin => (double)margin)];
    }

    /// <summary>
    /// The mean margin in each of equal parts of the answer: position s of S, from 0, is in bin floor(bins s / S).
    /// </summary>
    /// <param name="margins">One per answer position.</param>
    /// <param name="bins">Ten in the paper.</param>
    /// <param name="sample">What to call the sample in messages.</param>
    /// <exception cref="InputException">The answer has fewer positions than there are bins.</exception>
    public static double[] Bins(IReadOnlyList<double> margins, int bins, string sample)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bins, 1);
        if (margins.Count < bins)
        {
            throw new InputException(
                sample, $"the answer has {margins.Count} tokens; the margin along {bins} bins needs at least one each. Leave the sample out, or take fewer bins.");
        }

        double[] sums = new double[bins];
        int[] counts = new int[bins];
        for (int i = 0; i < margins.Count; i++)
        {
            int bin = (int)((long)i * bins / margins.Count);
            sums[bin] += margins[i];
            counts[bin]++;
        }

        return [.. sums.Select((sum, bin) => sum / counts[bin])];
    }
}
