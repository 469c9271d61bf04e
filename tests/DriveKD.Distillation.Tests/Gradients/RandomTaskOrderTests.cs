using DriveKD.Distillation.Gradients;
using DriveKD.Runs.Folders;

namespace DriveKD.Distillation.Tests.Gradients;

public class RandomTaskOrderTests
{
    [Fact]
    public void Next_ManyTimes_GivesEveryOrderAboutEquallyOften()
    {
        RandomTaskOrder order = new(new RandomStream(7));
        Dictionary<string, int> counts = Enumerable.Range(0, 6000).GroupBy(_ => string.Join(",", order.Next(3))).ToDictionary(group => group.Key, group => group.Count());
        Assert.Equal(6, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 850, 1150));
    }

    [Fact]
    public void Restore_WhatWasSaved_GoesOnWithTheSameOrders()
    {
        RandomTaskOrder order = new(new RandomStream(ulong.MaxValue));
        order.Next(3);
        IReadOnlyDictionary<string, double> state = order.Save();
        int[][] expected = [.. Enumerable.Range(0, 50).Select(_ => order.Next(4))];

        RandomTaskOrder resumed = new(new RandomStream(1));
        resumed.Restore(state);
        Assert.Equal(8, state.Count);
        Assert.Equal(state, resumed.Save());
        Assert.Equal(expected, Enumerable.Range(0, 50).Select(_ => resumed.Next(4)));
    }

    [Fact]
    public void Restore_NumbersThatAreNoHalfWords_Throws()
    {
        RandomTaskOrder order = new(new RandomStream(1));
        foreach (double wrong in new[] { -1, 0.5, 4294967296, double.NaN })
        {
            Dictionary<string, double> state = new(order.Save()) { ["word2.low"] = wrong };
            Assert.Throws<ArgumentException>(() => order.Restore(state));
        }

        Assert.Throws<ArgumentException>(() => order.Restore(new Dictionary<string, double>()));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(0, 1)]
    [InlineData(0, 1, 3)]
    public void TaskOrders_NoPermutation_Throws(params int[] numbers) =>
        Assert.Throws<ArgumentException>(() => TaskOrders.Next(new Wrong(numbers), 3));

    private sealed class Wrong(int[] numbers) : ITaskOrder
    {
        public int[] Next(int count) => numbers;
    }
}
