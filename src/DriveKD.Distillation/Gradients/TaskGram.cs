using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Gradients;

/// <summary>The inner products of the present tasks' gradients, block by block: all that a way of combining them looks at.</summary>
internal sealed class TaskGram
{
    private readonly int[] _capabilities;

    /// <summary>Checks that the parts belong together.</summary>
    /// <param name="tasks">The present tasks, each once, in the order of the matrices' rows.</param>
    /// <param name="blocks">At least one.</param>
    /// <exception cref="ArgumentException">A task is there twice, a size differs, or a task has a gradient where it is said to reach nothing.</exception>
    public TaskGram(IReadOnlyList<TrainingTask> tasks, IReadOnlyList<GramBlock> blocks)
    {
        if (tasks.Count == 0 || tasks.Distinct().Count() != tasks.Count)
        {
            throw new ArgumentException($"The tasks are [{string.Join(", ", tasks)}]; at least one is expected, each once.", nameof(tasks));
        }

        if (blocks.Count == 0)
        {
            throw new ArgumentException("There is no block of parameters.", nameof(blocks));
        }

        for (int block = 0; block < blocks.Count; block++)
        {
            CheckBlock(tasks, blocks[block], block);
        }

        Tasks = [.. tasks];
        Blocks = [.. blocks];
        Total = blocks.Skip(1).Aggregate(blocks[0].Gram, (sum, block) => sum.Plus(block.Gram));
        Anchor = Array.IndexOf([.. tasks], TrainingTask.Supervision);
        _capabilities = [.. Enumerable.Range(0, tasks.Count).Where(index => index != Anchor).OrderBy(index => tasks[index])];
    }

    /// <summary>The present tasks, in the order of the matrices' rows.</summary>
    public IReadOnlyList<TrainingTask> Tasks { get; }

    /// <summary>The parameters, cut by which tasks reach them.</summary>
    public IReadOnlyList<GramBlock> Blocks { get; }

    /// <summary>The inner products over all parameters.</summary>
    public GramMatrix Total { get; }

    /// <summary>The row of supervision, the anchor of asymmetric projection; -1 where it is absent.</summary>
    public int Anchor { get; }

    /// <summary>The rows of the other tasks, in the order perception, reasoning, planning.</summary>
    public IReadOnlyList<int> Capabilities => _capabilities;

    /// <summary>One block that every task reaches.</summary>
    /// <param name="tasks">The present tasks.</param>
    /// <param name="gram">Their inner products.</param>
    public static TaskGram Whole(IReadOnlyList<TrainingTask> tasks, GramMatrix gram) =>
        new(tasks, [new GramBlock(gram, [.. tasks.Select(_ => true)])]);

    /// <summary>The same gradients, each times its weight.</summary>
    /// <param name="weights">One per task.</param>
    public TaskGram Weighted(IReadOnlyList<double> weights) =>
        new(Tasks, [.. Blocks.Select(block => block with { Gram = block.Gram.Weighted(weights) })]);

    private static void CheckBlock(IReadOnlyList<TrainingTask> tasks, GramBlock block, int index)
    {
        if (block.Gram.Size != tasks.Count || block.Reached.Count != tasks.Count)
        {
            throw new ArgumentException(
                $"Block {index} has {block.Gram.Size} gradients and {block.Reached.Count} marks of reach for {tasks.Count} tasks.", nameof(block));
        }

        for (int task = 0; task < tasks.Count; task++)
        {
            if (!block.Reached[task] && block.Gram[task, task] != 0)
            {
                throw new ArgumentException($"Block {index} has a gradient of {tasks[task]}, which is said not to reach it.", nameof(block));
            }
        }
    }
}
