using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Gradients;

/// <summary>What a run records about one combination of gradients.</summary>
internal sealed record CombinationFacts
{
    /// <summary>
    /// A product below 0 by less than this share of its own terms is rounding: methods that remove conflicts leave products of 0.
    /// </summary>
    private const double Rounding = 1e-12;

    /// <summary>Pairs of tasks whose gradients have a negative inner product.</summary>
    public required int ConflictsBefore { get; init; }

    /// <summary>Tasks whose gradient has a negative inner product with the update: a small step would raise their loss.</summary>
    public required int ConflictsAfter { get; init; }

    /// <summary>The norm of the update.</summary>
    public required double UpdateNorm { get; init; }

    /// <summary>
    /// The norm of the signals' part of the update over that of the update: |sum over k other than supervision of c_k g_k| / |update|.
    /// It exceeds 1 where that part and supervision's cancel; 0 where the update is 0.
    /// </summary>
    public required double DistillationShare { get; init; }

    /// <summary>Works the facts out.</summary>
    /// <param name="gram">What was combined.</param>
    /// <param name="combination">What came out.</param>
    public static CombinationFacts Of(TaskGram gram, Combination combination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(combination.Blocks, gram.Blocks.Count);
        int count = gram.Tasks.Count;
        double update = Norm(gram, combination, _ => true);
        double signals = Norm(gram, combination, task => gram.Tasks[task] != TrainingTask.Supervision);
        return new CombinationFacts
        {
            ConflictsBefore = Enumerable.Range(0, count).Sum(row => Enumerable.Range(row + 1, count - row - 1).Count(column => gram.Total[row, column] < 0)),
            ConflictsAfter = Enumerable.Range(0, count).Count(task => IsAgainst(gram, combination, task)),
            UpdateNorm = update,
            DistillationShare = update == 0 ? 0 : signals / update,
        };
    }

    private static bool IsAgainst(TaskGram gram, Combination combination, int task)
    {
        double product = 0;
        double terms = 0;
        for (int block = 0; block < gram.Blocks.Count; block++)
        {
            for (int other = 0; other < gram.Tasks.Count; other++)
            {
                double term = combination[block, other] * gram.Blocks[block].Gram[task, other];
                product += term;
                terms += Math.Abs(term);
            }
        }

        return product < -Rounding * terms;
    }

    /// <summary>The norm of some tasks' part of the update. Rounding can take a square that should be 0 below it.</summary>
    private static double Norm(TaskGram gram, Combination combination, Func<int, bool> includes)
    {
        double square = 0;
        for (int block = 0; block < gram.Blocks.Count; block++)
        {
            double[] part = [.. combination.OfBlock(block).Select((coefficient, task) => includes(task) ? coefficient : 0)];
            square += gram.Blocks[block].Gram.Quadratic(part, part);
        }

        return Math.Sqrt(Math.Max(0, square));
    }
}
