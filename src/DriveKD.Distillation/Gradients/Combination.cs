namespace DriveKD.Distillation.Gradients;

/// <summary>One update as a combination of the task gradients: in block b it is the sum over tasks k of c[b, k] g_k.</summary>
internal sealed class Combination
{
    private readonly double[][] _coefficients;

    /// <summary>Keeps a copy of the coefficients.</summary>
    /// <param name="coefficients">By block, then by task.</param>
    /// <param name="stage1Projections">How many projections the asymmetric stage did.</param>
    /// <param name="stage2Projections">How many projections the symmetric stage did.</param>
    public Combination(IReadOnlyList<IReadOnlyList<double>> coefficients, int stage1Projections = 0, int stage2Projections = 0)
    {
        _coefficients = [.. coefficients.Select(block => block.ToArray())];
        (Stage1Projections, Stage2Projections) = (stage1Projections, stage2Projections);
    }

    /// <summary>How many blocks.</summary>
    public int Blocks => _coefficients.Length;

    /// <summary>How many projections took a part of supervision out of a signal's gradient; 0 for methods without that stage.</summary>
    public int Stage1Projections { get; }

    /// <summary>How many projections took a part of one task or capability out of another; 0 for methods that do not project.</summary>
    public int Stage2Projections { get; }

    /// <summary>A task's coefficient in a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="task">The task's row.</param>
    public double this[int block, int task] => _coefficients[block][task];

    /// <summary>The coefficients of a block, by task.</summary>
    /// <param name="block">The block.</param>
    public IReadOnlyList<double> OfBlock(int block) => _coefficients[block];

    /// <summary>The same coefficients in every block.</summary>
    /// <param name="gram">The blocks.</param>
    /// <param name="coefficients">One per task.</param>
    public static Combination Same(TaskGram gram, IReadOnlyList<double> coefficients) => new([.. gram.Blocks.Select(_ => coefficients)]);
}
