using DriveKD.Distillation.Gradients;

namespace DriveKD.Distillation.Verification;

/// <summary>How different two answers for one Gram matrix are, relative.</summary>
internal static class AggregationDifference
{
    /// <summary>
    /// The largest difference of a coefficient and of a contribution c_k |g_k|, relative to the largest of each. Where gradients are dependent
    /// different coefficients can be the same update: there the norm of its difference, relative to the largest contribution.
    /// </summary>
    /// <param name="item">The Gram matrix.</param>
    /// <param name="recorded">The one answer.</param>
    /// <param name="own">The other.</param>
    public static double Coefficients(AggregationCase item, double[] recorded, double[] own)
    {
        double[] difference = [.. recorded.Zip(own, (first, second) => first - second)];
        double[] lengths = [.. Enumerable.Range(0, item.Gram.Size).Select(item.Gram.Norm)];
        double Largest(double[] values) => values.Zip(lengths, (value, length) => Math.Abs(value) * length).Max();
        double contribution = Math.Max(Largest(recorded), Largest(own));
        return item.IsRegular
            ? Math.Max(
                Share(difference.Max(Math.Abs), Math.Max(recorded.Max(Math.Abs), own.Max(Math.Abs))),
                Share(Largest(difference), contribution))
            : Share(Norm(item.Gram, difference), contribution);
    }

    /// <summary>
    /// For the shortest convex combination: how far the recorded weights are from being convex, and by how much their squared norm differs from the
    /// smallest one, relative to that of the parts. It bounds the squared distance between the updates.
    /// </summary>
    /// <param name="item">The Gram matrix.</param>
    /// <param name="recorded">The reference's weights.</param>
    /// <param name="own">Ours.</param>
    public static double Shortest(AggregationCase item, double[] recorded, double[] own)
    {
        double parts = Parts(item.Gram, recorded);
        double excess = item.Gram.Quadratic(recorded, recorded) - item.Gram.Quadratic(own, own);
        return Math.Max(NotConvex(item.Gram, recorded), Share(Math.Abs(excess), parts * parts));
    }

    /// <summary>
    /// For CAGrad, whose update is the mean gradient g_0 plus c |g_0| along a convex combination g_w: how far the recorded weights are from
    /// that form, and by how much their &lt;g_w,g_0&gt; + c |g_0| |g_w| differs from the smallest one.
    /// </summary>
    /// <param name="item">The Gram matrix.</param>
    /// <param name="c">The radius as a share of |g_0|.</param>
    /// <param name="recorded">The reference's coefficients.</param>
    /// <param name="own">Ours.</param>
    public static double ConflictAverse(AggregationCase item, double c, double[] recorded, double[] own)
    {
        double[] mean = [.. Enumerable.Repeat(1.0 / own.Length, own.Length)];
        double meanNorm = Norm(item.Gram, mean);
        if (c == 0 || Array.TrueForAll(recorded, value => value == 0) || Array.TrueForAll(own, value => value == 0))
        {
            return Share(Norm(item.Gram, [.. recorded.Zip(own, (first, second) => first - second)]), meanNorm);
        }

        double radius = c * meanNorm;
        double[] weights = Direction(recorded);
        double added = Norm(item.Gram, [.. recorded.Zip(mean, (value, part) => value - part)]);
        double difference = Objective(item.Gram, mean, radius, weights) - Objective(item.Gram, mean, radius, Direction(own));
        return Math.Max(
            Math.Max(NotConvex(item.Gram, weights), Share(Math.Abs(added - radius), radius)),
            Share(Math.Abs(difference), meanNorm * Parts(item.Gram, weights)));
    }

    /// <summary>The weights of g_w, of which CAGrad's coefficients are the mean's plus a multiple.</summary>
    /// <param name="coefficients">CAGrad's.</param>
    public static double[] Direction(double[] coefficients)
    {
        double[] added = [.. coefficients.Select(value => value - (1.0 / coefficients.Length))];
        double sum = added.Sum();
        return [.. added.Select(value => value / sum)];
    }

    private static double Objective(GramMatrix gram, double[] mean, double radius, double[] weights) =>
        gram.Quadratic(weights, mean) + (radius * Norm(gram, weights));

    private static double NotConvex(GramMatrix gram, double[] weights) => Math.Max(
        Math.Abs(weights.Sum() - 1),
        Share(weights.Select((weight, task) => Math.Max(0, -weight) * gram.Norm(task)).Max(), Parts(gram, weights)));

    private static double Parts(GramMatrix gram, double[] weights) => weights.Select((weight, task) => Math.Abs(weight) * gram.Norm(task)).Sum();

    private static double Norm(GramMatrix gram, double[] coefficients) => Math.Sqrt(Math.Max(0, gram.Quadratic(coefficients, coefficients)));

    private static double Share(double part, double whole) => part == 0 ? 0 : part / whole;
}
