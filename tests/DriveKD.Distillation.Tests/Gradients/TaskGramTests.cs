using DriveKD.Distillation.Gradients;
using DriveKD.Distillation.Training;

namespace DriveKD.Distillation.Tests.Gradients;

public class TaskGramTests
{
    private static readonly GramMatrix _two = new(new double[,] { { 1, 0.5 }, { 0.5, 2 } });

    [Fact]
    public void Capabilities_TasksInAnyOrder_AreInTheFixedOrder()
    {
        GramMatrix gram = GramMatrix.Build(4, (row, column) => row == column ? 1 : 0);
        TaskGram tasks = TaskGram.Whole([TrainingTask.Planning, TrainingTask.Supervision, TrainingTask.Perception, TrainingTask.Reasoning], gram);
        Assert.Equal(1, tasks.Anchor);
        Assert.Equal([2, 3, 0], tasks.Capabilities);
    }

    [Fact]
    public void Total_TwoBlocks_IsTheirSum()
    {
        TaskGram tasks = new([TrainingTask.Reasoning, TrainingTask.Planning], [new GramBlock(_two, [true, true]), new GramBlock(_two, [true, true])]);
        Assert.Equal(-1, tasks.Anchor);
        Assert.Equal((2, 1, 4), (tasks.Total[0, 0], tasks.Total[0, 1], tasks.Total[1, 1]));
    }

    [Fact]
    public void Constructor_PartsThatDoNotBelongTogether_Throws()
    {
        TrainingTask[] tasks = [TrainingTask.Supervision, TrainingTask.Planning];
        Assert.Throws<ArgumentException>(() => new TaskGram([], [new GramBlock(_two, [true, true])]));
        Assert.Throws<ArgumentException>(() => new TaskGram(tasks, []));
        Assert.Throws<ArgumentException>(() => new TaskGram([TrainingTask.Planning, TrainingTask.Planning], [new GramBlock(_two, [true, true])]));
        Assert.Throws<ArgumentException>(() => new TaskGram(tasks, [new GramBlock(_two, [true])]));
        Assert.Throws<ArgumentException>(() => TaskGram.Whole([TrainingTask.Planning], _two));
        ArgumentException exception = Assert.Throws<ArgumentException>(() => new TaskGram(tasks, [new GramBlock(_two, [true, false])]));
        Assert.Contains("Planning", exception.Message, StringComparison.Ordinal);
    }
}
