namespace DriveKD.Distillation.Gradients.Methods;

/// <summary>
/// A method whose coefficients are a function of the Gram matrix over all parameters: the same in every block, no order, no memory, and
/// nothing for the projection's support to decide.
/// </summary>
internal abstract class GramWeighting : IGradientMethod
{
    /// <inheritdoc />
    public Combination Combine(TaskGram gram, ITaskOrder order) => Combination.Same(gram, Weigh(gram.Total));

    /// <summary>The coefficients.</summary>
    /// <param name="gram">The inner products over all parameters.</param>
    public abstract double[] Weigh(GramMatrix gram);

    /// <summary>
    /// The coefficients of a method that has no answer, or only 0, where a gradient is 0: such a task is as good as absent, its
    /// coefficient is 0.
    /// </summary>
    /// <param name="gram">The inner products of all tasks.</param>
    /// <param name="weigh">The method, on gradients other than 0.</param>
    protected static double[] WithoutZeros(GramMatrix gram, Func<GramMatrix, double[]> weigh)
    {
        int[] present = [.. Enumerable.Range(0, gram.Size).Where(task => gram.Norm(task) > 0)];
        double[] coefficients = new double[gram.Size];
        if (present.Length > 0)
        {
            double[] weights = weigh(gram.Part(present));
            for (int index = 0; index < present.Length; index++)
            {
                coefficients[present[index]] = weights[index];
            }
        }

        return coefficients;
    }
}
