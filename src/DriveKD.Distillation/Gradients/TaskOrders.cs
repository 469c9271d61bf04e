namespace DriveKD.Distillation.Gradients;

/// <summary>Asks for orders and does not take anything else.</summary>
internal static class TaskOrders
{
    /// <summary>The next order, checked: a task left out or taken twice would change the update silently.</summary>
    /// <param name="order">Where orders come from.</param>
    /// <param name="count">How many there are to order.</param>
    /// <exception cref="ArgumentException">It is no permutation.</exception>
    public static int[] Next(ITaskOrder order, int count)
    {
        int[] numbers = order.Next(count);
        return numbers.Order().SequenceEqual(Enumerable.Range(0, count))
            ? numbers
            : throw new ArgumentException($"[{string.Join(", ", numbers)}] is no order of {count}.", nameof(order));
    }
}
