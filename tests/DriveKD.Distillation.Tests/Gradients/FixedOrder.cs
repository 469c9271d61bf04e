using DriveKD.Distillation.Gradients;

namespace DriveKD.Distillation.Tests.Gradients;

/// <summary>Gives these orders, one after the other, and counts.</summary>
internal sealed class FixedOrder(params int[][] orders) : ITaskOrder
{
    public int Asked { get; private set; }

    /// <summary>Every order is 0, 1, 2, ...</summary>
    public static ITaskOrder Ascending { get; } = new AscendingOrder();

    public int[] Next(int count)
    {
        Assert.Equal(count, orders[Asked].Length);
        return orders[Asked++];
    }

    private sealed class AscendingOrder : ITaskOrder
    {
        public int[] Next(int count) => [.. Enumerable.Range(0, count)];
    }
}
