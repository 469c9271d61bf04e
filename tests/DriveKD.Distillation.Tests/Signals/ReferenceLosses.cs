namespace DriveKD.Distillation.Tests.Signals;

/// <summary>The losses of one layer in plain double arithmetic, loop by loop.</summary>
internal static class ReferenceLosses
{
    public static double Attention(string distance, double[] a, double[] b, bool[] pairs, int tokens) => distance switch
    {
        "squared" => Sum(pairs, i => Square(a[i] - b[i])) / Math.Max(1, pairs.Count(pair => pair)),
        "relative" => Sum(pairs, i => Square(a[i] - b[i])) / Sum(pairs, i => Square(b[i])),
        "cosine" => 1 - (Sum(pairs, i => a[i] * b[i]) / Math.Sqrt(Sum(pairs, i => Square(a[i])) * Sum(pairs, i => Square(b[i])))),
        "divergence" => Sum(pairs, i => (b[i] * (Math.Log(b[i] + 1e-6) - Math.Log(a[i] + 1e-6))) - b[i] + a[i])
            / Enumerable.Range(0, tokens).Count(query => Enumerable.Range(0, tokens).Any(key => pairs[(query * tokens) + key])),
        _ => throw new ArgumentOutOfRangeException(nameof(distance)),
    };

    public static double Hidden(string distance, double[] h, double[] g, int tokens) => distance switch
    {
        "squared" => Enumerable.Range(0, h.Length).Sum(i => Square(h[i] - g[i])) / h.Length,
        "relative" => Enumerable.Range(0, h.Length).Sum(i => Square(h[i] - g[i])) / g.Sum(Square),
        "cosine" => Enumerable.Range(0, tokens).Average(token => 1 - Cosine(Row(h, token, tokens), Row(g, token, tokens))),
        _ => throw new ArgumentOutOfRangeException(nameof(distance)),
    };

    /// <summary>tau^2 times the mean over positions of KL(softmax(teacher / tau) || softmax(student / tau)).</summary>
    public static double Divergence(double[] student, double[] teacher, int positions, double temperature) =>
        Enumerable.Range(0, positions).Average(position =>
        {
            double[] s = LogSoftmax(Row(student, position, positions), temperature);
            double[] t = LogSoftmax(Row(teacher, position, positions), temperature);
            return s.Zip(t).Sum(pair => Math.Exp(pair.Second) * (pair.Second - pair.First));
        }) * temperature * temperature;

    /// <summary>The slope of a function in each of its inputs, by central differences.</summary>
    public static double[] Slopes(Func<double[], double> function, double[] at)
    {
        const double step = 1e-6;
        double[] slopes = new double[at.Length];
        for (int i = 0; i < at.Length; i++)
        {
            double[] moved = [.. at];
            moved[i] = at[i] + step;
            double above = function(moved);
            moved[i] = at[i] - step;
            slopes[i] = (above - function(moved)) / (2 * step);
        }

        return slopes;
    }

    private static double[] LogSoftmax(double[] logits, double temperature)
    {
        double sum = Math.Log(logits.Sum(logit => Math.Exp(logit / temperature)));
        return [.. logits.Select(logit => (logit / temperature) - sum)];
    }

    private static double[] Row(double[] values, int row, int rows) => values[(row * values.Length / rows)..((row + 1) * values.Length / rows)];

    private static double Cosine(double[] a, double[] b) => a.Zip(b).Sum(pair => pair.First * pair.Second) / Math.Sqrt(a.Sum(Square) * b.Sum(Square));

    private static double Sum(bool[] pairs, Func<int, double> term) => Enumerable.Range(0, pairs.Length).Where(i => pairs[i]).Sum(term);

    private static double Square(double value) => value * value;
}
