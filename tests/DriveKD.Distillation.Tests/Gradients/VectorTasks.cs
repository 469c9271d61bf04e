using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Training;
using DriveKD.Runs.Folders;

namespace DriveKD.Distillation.Tests.Gradients;

/// <summary>Task gradients as plain vectors, cut into blocks, with the Gram matrices that the methods see.</summary>
internal sealed class VectorTasks
{
    private VectorTasks(TrainingTask[] tasks, double[][] vectors, int[] blockSizes, bool[][] reached)
    {
        (Tasks, Vectors, BlockSizes, Reached) = (tasks, vectors, blockSizes, reached);
        Gram = new TaskGram(tasks, [.. Enumerable.Range(0, blockSizes.Length).Select(block => new GramBlock(
            GramMatrix.Build(tasks.Length, (row, column) => Dot(Part(vectors[row], block), Part(vectors[column], block))),
            [.. reached.Select(task => task[block])]))]);
    }

    public TrainingTask[] Tasks { get; }

    public double[][] Vectors { get; }

    public int[] BlockSizes { get; }

    /// <summary>By task, then by block.</summary>
    public bool[][] Reached { get; }

    public TaskGram Gram { get; }

    public static VectorTasks Of(TrainingTask[] tasks, double[][] vectors, int[] blockSizes, bool[][] reached) => new(tasks, vectors, blockSizes, reached);

    /// <summary>All parameters in one block.</summary>
    public static VectorTasks Of(TrainingTask[] tasks, params double[][] vectors) =>
        new(tasks, vectors, [vectors[0].Length], [.. tasks.Select(_ => new[] { true })]);

    /// <summary>
    /// Random gradients in three blocks: supervision reaches all, others some. A shared direction with random signs makes conflicts and agreement
    /// common; lengths differ by up to 10^(2 spread).
    /// </summary>
    public static VectorTasks Random(ulong seed, int count = 4, double spread = 1, bool hasSupervision = true)
    {
        RandomStream random = new(seed);
        TrainingTask[] all = [.. Enum.GetValues<TrainingTask>().Where(task => hasSupervision || task != TrainingTask.Supervision)];
        TrainingTask[] tasks = [.. all.Take(count)];
        int[] blockSizes = [3 + random.NextInt(3), 3 + random.NextInt(3), 3 + random.NextInt(3)];
        int dimension = blockSizes.Sum();
        double[] shared = Vector(random, dimension);
        double[][] vectors = new double[tasks.Length][];
        bool[][] reached = new bool[tasks.Length][];
        for (int task = 0; task < tasks.Length; task++)
        {
            double[] own = Vector(random, dimension);
            double common = (3 * random.NextDouble()) - 1.5;
            double length = Math.Pow(10, ((2 * random.NextDouble()) - 1) * spread);
            int certain = random.NextInt(blockSizes.Length);
            reached[task] = [.. blockSizes.Select((_, block) => tasks[task] == TrainingTask.Supervision || block == certain || random.NextInt(2) == 0)];
            vectors[task] = [.. own.Select((value, index) => reached[task][BlockOf(blockSizes, index)] ? length * (value + (common * shared[index])) : 0)];
        }

        return new VectorTasks(tasks, vectors, blockSizes, reached);
    }

    /// <summary>The update that a combination stands for.</summary>
    public double[] Update(Combination combination) => [.. Vectors[0].Select((_, index) =>
        Vectors.Select((vector, task) => combination[BlockOf(BlockSizes, index), task] * vector[index]).Sum())];

    public double[] Update(IReadOnlyList<double> coefficients) => Update(Combination.Same(Gram, coefficients));

    /// <summary>The lengths of the parts of an update: what its rounding is relative to.</summary>
    public double Parts(Combination combination) => Enumerable.Range(0, combination.Blocks).Sum(block =>
        Vectors.Select((vector, task) => Math.Abs(combination[block, task]) * Norm(Part(vector, block))).Sum());

    /// <summary>The same tasks in another order of rows.</summary>
    public VectorTasks Reordered(int[] order) =>
        new([.. order.Select(task => Tasks[task])], [.. order.Select(task => Vectors[task])], BlockSizes, [.. order.Select(task => Reached[task])]);

    public VectorTasks Scaled(params double[] factors) =>
        new(Tasks, [.. Vectors.Select((vector, task) => vector.Select(value => factors[task] * value).ToArray())], BlockSizes, Reached);

    public static double Dot(double[] first, double[] second) => first.Zip(second, (a, b) => a * b).Sum();

    public static double Norm(double[] vector) => Math.Sqrt(Dot(vector, vector));

    public static double[] Add(double[] vector, double factor, double[] other) => [.. vector.Zip(other, (a, b) => a + (factor * b))];

    public static int BlockOf(int[] blockSizes, int index)
    {
        int block = 0;
        while (index >= blockSizes[block])
        {
            index -= blockSizes[block++];
        }

        return block;
    }

    public static void AssertNear(double[] expected, double[] actual, double scale, double tolerance = 1e-9)
    {
        double distance = Norm(Add(actual, -1, expected));
        Assert.True(distance <= tolerance * scale, $"{distance:E2} apart at a scale of {scale:E2}: [{string.Join(", ", actual)}], expected [{string.Join(", ", expected)}]");
    }

    private static double[] Vector(RandomStream random, int dimension) => [.. Enumerable.Range(0, dimension).Select(_ => (2 * random.NextDouble()) - 1)];

    private double[] Part(double[] vector, int block) => [.. vector.Skip(BlockSizes.Take(block).Sum()).Take(BlockSizes[block])];
}
