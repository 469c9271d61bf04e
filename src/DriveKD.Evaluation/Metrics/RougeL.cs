using System.Runtime.InteropServices;

namespace DriveKD.Evaluation.Metrics;

/// <summary>
/// ROUGE-L (Lin 2004) with beta 1.2 on tokens that are split at single spaces, so that an empty text is one empty token: two empty
/// texts score 1, as published. The longest common subsequence is found 64 cells at a time (Hyyrö 2004), since answers may be long.
/// </summary>
internal static class RougeL
{
    private const double SquaredBeta = 1.2 * 1.2;
    private const int WordBits = 64;

    /// <summary>The score of a pair, 0..1.</summary>
    public static double Score(string predictionTokens, string referenceTokens)
    {
        string[] prediction = predictionTokens.Split(' ');
        string[] reference = referenceTokens.Split(' ');
        double common = CommonLength(prediction, reference);
        if (common == 0)
        {
            return 0;
        }

        double precision = common / prediction.Length;
        double recall = common / reference.Length;
        return (1 + SquaredBeta) * precision * recall / (recall + (SquaredBeta * precision));
    }

    private static int CommonLength(string[] prediction, string[] reference)
    {
        Dictionary<string, List<int>> places = new(StringComparer.Ordinal);
        for (int i = 0; i < reference.Length; i++)
        {
            ref List<int>? ofToken = ref CollectionsMarshal.GetValueRefOrAddDefault(places, reference[i], out _);
            (ofToken ??= []).Add(i);
        }

        int words = (reference.Length + WordBits - 1) / WordBits;
        ulong[] unmatched = new ulong[words];
        Array.Fill(unmatched, ulong.MaxValue);
        ulong[] mask = new ulong[words];
        foreach (string token in prediction)
        {
            if (!places.TryGetValue(token, out List<int>? ofToken))
            {
                continue;
            }

            foreach (int place in ofToken)
            {
                mask[place / WordBits] |= 1UL << (place % WordBits);
            }

            Step(unmatched, mask);
            foreach (int place in ofToken)
            {
                mask[place / WordBits] = 0;
            }
        }

        int common = 0;
        for (int i = 0; i < reference.Length; i++)
        {
            common += (unmatched[i / WordBits] & (1UL << (i % WordBits))) == 0 ? 1 : 0;
        }

        return common;
    }

    private static void Step(ulong[] unmatched, ulong[] mask)
    {
        ulong carry = 0;
        for (int i = 0; i < unmatched.Length; i++)
        {
            ulong before = unmatched[i];
            ulong hit = before & mask[i];
            ulong sum = before + hit;
            ulong carried = sum < before ? 1UL : 0;
            ulong total = sum + carry;
            carried |= total < sum ? 1UL : 0;
            carry = carried;
            unmatched[i] = total | (before & ~hit);
        }
    }
}
