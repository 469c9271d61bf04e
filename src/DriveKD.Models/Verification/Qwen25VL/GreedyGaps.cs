using DriveKD.Models.Generation;

namespace DriveKD.Models.Verification.Qwen25VL;

/// <summary>By how much the chosen token was likelier than the second, at every step of a greedy generation, after the repetition penalty.</summary>
internal sealed class GreedyGaps
{
    /// <param name="prompts">The prompts, whose ids are penalised too.</param>
    /// <param name="steps">Logits of every step, sample after sample.</param>
    /// <param name="ids">The chosen ids.</param>
    /// <param name="penalty">The repetition penalty; 1 for none.</param>
    public GreedyGaps(IReadOnlyList<Prompt> prompts, IReadOnlyList<float[]> steps, IReadOnlyList<IReadOnlyList<int>> ids, double penalty)
    {
        List<float[]> rows = [];
        for (int row = 0; row < prompts.Count; row++)
        {
            HashSet<int> seen = [.. prompts[row].TokenIds];
            float[] gaps = new float[steps.Count];
            for (int step = 0; step < steps.Count; step++)
            {
                int vocabulary = steps[step].Length / prompts.Count;
                gaps[step] = GapOf(steps[step].AsSpan(row * vocabulary, vocabulary), seen, penalty);
                seen.Add(ids[row][step]);
            }

            rows.Add(gaps);
        }

        Rows = rows;
    }

    /// <summary>Gaps by sample and step.</summary>
    public IReadOnlyList<float[]> Rows { get; }

    private static float GapOf(ReadOnlySpan<float> logits, HashSet<int> seen, double penalty)
    {
        (float first, float second) = (float.NegativeInfinity, float.NegativeInfinity);
        for (int id = 0; id < logits.Length; id++)
        {
            float logit = logits[id];
            if (penalty != 1 && seen.Contains(id))
            {
                logit = (float)(logit < 0 ? logit * penalty : logit / penalty);
            }

            (first, second) = logit > first ? (logit, first) : (first, Math.Max(second, logit));
        }

        return first - second;
    }
}
