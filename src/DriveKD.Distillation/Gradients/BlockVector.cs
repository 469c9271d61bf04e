using DriveKD.Runs.Recipes;

namespace DriveKD.Distillation.Gradients;

/// <summary>
/// A vector over all parameters that is, in each block, a linear combination of the task gradients. It is kept as its coefficients; an
/// inner product of two is the sum over blocks of u_b^T G_b v_b.
/// </summary>
internal sealed class BlockVector
{
    private readonly IReadOnlyList<GramBlock> _blocks;
    private readonly double[][] _coefficients;

    // Where the losses behind this vector reach: in other blocks the released trainer leaves it as it is.
    private readonly bool[] _reached;

    private BlockVector(IReadOnlyList<GramBlock> blocks, double[][] coefficients, bool[] reached) =>
        (_blocks, _coefficients, _reached) = (blocks, coefficients, reached);

    /// <summary>The coefficients, by block, then by task.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Coefficients => _coefficients;

    /// <summary>The vector 0.</summary>
    /// <param name="blocks">The blocks.</param>
    public static BlockVector Zero(IReadOnlyList<GramBlock> blocks) =>
        new(blocks, [.. blocks.Select(block => new double[block.Gram.Size])], new bool[blocks.Count]);

    /// <summary>One task's gradient.</summary>
    /// <param name="blocks">The blocks.</param>
    /// <param name="task">The task's row.</param>
    public static BlockVector OfTask(IReadOnlyList<GramBlock> blocks, int task)
    {
        BlockVector vector = new(blocks, [.. blocks.Select(block => new double[block.Gram.Size])], [.. blocks.Select(block => block.Reached[task])]);
        foreach (double[] coefficients in vector._coefficients)
        {
            coefficients[task] = 1;
        }

        return vector;
    }

    /// <summary>The sum; it reaches what either reaches.</summary>
    /// <param name="other">The other summand.</param>
    public BlockVector Plus(BlockVector other) =>
        Combine(other, _ => 1, [.. _reached.Zip(other._reached, (first, second) => first || second)]);

    /// <summary>This vector plus a multiple of another, everywhere or only where this vector's losses reach.</summary>
    /// <param name="factor">The multiple.</param>
    /// <param name="other">The other vector.</param>
    /// <param name="support">Where it is added.</param>
    public BlockVector Plus(double factor, BlockVector other, ProjectionSupport support) =>
        Combine(other, block => support == ProjectionSupport.Full || _reached[block] ? factor : 0, _reached);

    /// <summary>The inner product over all parameters.</summary>
    /// <param name="other">The other vector.</param>
    public double Inner(BlockVector other)
    {
        double sum = 0;
        for (int block = 0; block < _blocks.Count; block++)
        {
            sum += _blocks[block].Gram.Quadratic(_coefficients[block], other._coefficients[block]);
        }

        return sum;
    }

    /// <summary>
    /// Takes out what points against another vector: u - min(0, &lt;u,v&gt;) / max(|v|^2, floor) v, unchanged where nothing does.
    /// </summary>
    /// <param name="other">The vector v.</param>
    /// <param name="support">Where the part is subtracted; product and norm run over all parameters either way.</param>
    /// <param name="floor">What |v|^2 counts as at least.</param>
    /// <param name="projections">Counts one more where something was taken out.</param>
    public BlockVector ProjectedOff(BlockVector other, ProjectionSupport support, double floor, ref int projections)
    {
        double product = Inner(other);
        double square = Math.Max(other.Inner(other), floor);
        if (product >= 0 || square <= 0)
        {
            return this;
        }

        projections++;
        return Plus(-product / square, other, support);
    }

    private BlockVector Combine(BlockVector other, Func<int, double> factor, bool[] reached)
    {
        double[][] sums = [.. _coefficients.Select((coefficients, block) =>
        {
            double blockFactor = factor(block);
            return coefficients.Zip(other._coefficients[block], (first, second) => first + (blockFactor * second)).ToArray();
        })];
        return new BlockVector(_blocks, sums, reached);
    }
}
